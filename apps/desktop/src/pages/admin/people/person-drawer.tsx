import {
  changeUser,
  changeUserBody,
  deactivateUser,
  getUser,
  type HandedLink,
  inviteUser,
  inviteUserBody,
  reactivateUser,
  type User,
} from '@centrala/api/user.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Drawer } from '../../../components/drawer.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { Loading } from '../../../components/spinner.tsx'
import { keys } from '../../../live/apply-event.ts'
import { useMe } from '../../../session/me.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { useDraft } from '../form/use-draft.ts'
import { HandedLinkDialog } from './handed-link-dialog.tsx'
import { PersonFields, type PersonValue } from './person-fields.tsx'
import { PersonSignIn } from './person-sign-in.tsx'

/** One person, or the invitation of a new one (`new`). */
export function PersonDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('adminPeople')
  const query = useQuery({
    queryKey: keys.configuration('users', id),
    queryFn: () => api.call(getUser, { params: { id } }),
    enabled: id !== 'new',
  })
  if (id === 'new') return <NewPerson onClose={onClose} />
  if (query.data) return <KnownPerson key={query.data.id} user={query.data} onClose={onClose} />
  return (
    <Drawer open onClose={onClose} title={t('people.title')}>
      {query.isError ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Loading />}
    </Drawer>
  )
}

function NewPerson({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('adminPeople')
  const [invited, setInvited] = useState<{ name: string; link: HandedLink } | null>(null)
  const draft = useDraft<PersonValue>(inviteUserBody, {
    name: '',
    email: '',
    roles: ['agent'],
    locale: null,
    teamId: null,
    routingProfileId: null,
    skills: [],
    attributes: {},
  })
  if (invited)
    return <HandedLinkDialog purpose="invitation" name={invited.name} link={invited.link} onClose={onClose} />
  return (
    <EditDrawer
      title={t('people.inviteTitle')}
      draft={draft}
      saveLabel={t('people.sendInvitation')}
      save={async () => {
        const { user, invitation } = await api.call(inviteUser, { body: draft.value })
        setInvited({ name: user.name, link: invitation })
      }}
      stay
      onClose={onClose}
      wide
    >
      <PersonFields draft={draft} isNew />
    </EditDrawer>
  )
}

function KnownPerson({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('adminPeople')
  const me = useMe()
  const { name, email, roles, locale, teamId, routingProfileId, skills, attributes } = user
  const start = { name, email, roles, locale, teamId, routingProfileId, skills, attributes }
  const draft = useDraft<PersonValue>(changeUserBody, start)
  const params = { id: user.id }
  const isOff = user.state === 'deactivated'
  // Only what was changed: somebody else may be changing the rest.
  const save = () => {
    const body = Object.fromEntries(
      Object.entries(draft.value).filter(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify(start[key as keyof PersonValue]),
      ),
    )
    return api.call(changeUser, { params, body })
  }
  return (
    <EditDrawer
      title={user.name}
      draft={draft}
      save={save}
      onClose={onClose}
      wide
      removal={
        user.id === me.id
          ? null
          : {
              label: t(isOff ? 'people.reactivate' : 'people.deactivate'),
              title: t(isOff ? 'people.reactivateTitle' : 'people.deactivateTitle', { name }),
              body: t(isOff ? 'people.reactivateBody' : 'people.deactivateBody'),
              run: () => api.call(isOff ? reactivateUser : deactivateUser, { params }),
            }
      }
    >
      <PersonSignIn user={user} />
      <PersonFields draft={draft} />
    </EditDrawer>
  )
}
