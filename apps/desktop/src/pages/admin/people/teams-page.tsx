import { changeTeam, createTeam, deleteTeam, type Team, teamBody } from '@centrala/api/team.ts'
import { useQuery } from '@tanstack/react-query'
import { UsersRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { ListPage } from '../form/list-page.tsx'
import { useDraft } from '../form/use-draft.ts'
import { useOpen } from '../form/use-open.ts'
import { teamsQuery } from './queries.ts'

/** Who works together, for reports and supervisors. */
export function TeamsPage() {
  const { t } = useTranslation('adminPeople')
  const query = useQuery(teamsQuery)
  const { open, show, close } = useOpen()
  const team = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('teams.title')}
      intro={t('teams.intro')}
      icon={UsersRound}
      query={query}
      addLabel={t('teams.add')}
      empty={{ title: t('teams.emptyTitle'), body: t('teams.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => row.name}
      columns={[
        {
          key: 'name',
          label: t('people.name'),
          cell: row => <span className="font-medium">{row.name}</span>,
          sortBy: row => row.name,
        },
        {
          key: 'users',
          label: t('people.title'),
          align: 'right',
          cell: row => row.userCount,
          sortBy: row => row.userCount,
        },
      ]}
    >
      {(open === 'new' || team) && <TeamDrawer key={open} team={team ?? null} onClose={close} />}
    </ListPage>
  )
}

function TeamDrawer({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const { t } = useTranslation(['adminPeople', 'common'])
  const draft = useDraft(teamBody, { name: team?.name ?? '' })
  const { value, set, error } = draft
  return (
    <EditDrawer
      title={team?.name ?? t('teams.add')}
      draft={draft}
      save={() =>
        team ? api.call(changeTeam, { params: { id: team.id }, body: value }) : api.call(createTeam, { body: value })
      }
      onClose={onClose}
      removal={
        team && {
          label: t('common:delete'),
          title: t('teams.deleteTitle', { name: team.name }),
          body: t('teams.deleteBody', { count: team.userCount }),
          run: () => api.call(deleteTeam, { params: { id: team.id } }),
        }
      }
    >
      <Field label={t('people.name')} error={error('name')} required>
        <Input
          value={value.name}
          onChange={event => set({ name: event.target.value })}
          maxLength={120}
          autoFocus={!team}
        />
      </Field>
    </EditDrawer>
  )
}
