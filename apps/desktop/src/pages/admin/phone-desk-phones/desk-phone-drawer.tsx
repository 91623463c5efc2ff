import {
  changeDeskPhone,
  createDeskPhone,
  type DeskPhone,
  deleteDeskPhone,
  Extension,
  type PhoneServer,
  replaceDeskPhonePassword,
} from '@centrala/api/desk-phone.ts'
import { Id, Name } from '@centrala/api/shapes.ts'
import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { toast } from '../../../components/toast.tsx'
import { agentsQuery } from '../../../configuration/configuration.ts'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { useDraft } from '../form/use-draft.ts'
import { Setup } from './setup-dialog.tsx'

interface Made {
  phone: DeskPhone
  password: string
}

const fresh = {
  safeParse(value: unknown) {
    const { name, userId } = value as { name: string; userId: string }
    const issues = [
      ...(Name.safeParse(name).error?.issues ?? []).map(issue => ({ ...issue, path: ['name'] })),
      ...(Id.safeParse(userId).error?.issues ?? []).map(issue => ({
        ...issue,
        code: 'invalid_value',
        path: ['userId'],
      })),
    ]
    return issues.length > 0 ? { success: false as const, error: { issues } } : { success: true as const, data: value }
  },
}

/** Gives somebody a phone; what it needs to be set up is shown after that, once. */
export function NewDeskPhone({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const { t } = useTranslation('adminPhone')
  const people = useQuery(agentsQuery).data ?? []
  const draft = useDraft(fresh, { name: t('phones.defaultName'), userId: '' })
  const { value, set, error } = draft
  return (
    <EditDrawer
      title={t('phones.add')}
      draft={draft}
      save={async () => {
        onMade(await api.call(createDeskPhone, { body: value }))
        onClose()
      }}
      stay
      saveLabel={t('phones.create')}
      onClose={onClose}
    >
      <Field label={t('phones.user')} hint={t('phones.userHint')} error={error('userId')} required>
        <Combobox
          value={value.userId || null}
          onChange={userId => set({ userId })}
          options={people.map(one => ({ value: one.id, label: one.name }))}
        />
      </Field>
      <Field label={t('name')} hint={t('phones.nameHint')} error={error('name')} required>
        <Input value={value.name} onChange={event => set({ name: event.target.value })} maxLength={120} />
      </Field>
      <Consequence>{t('phones.createMeans')}</Consequence>
    </EditDrawer>
  )
}

interface DeskPhoneDrawerProps {
  phone: DeskPhone
  servers: readonly PhoneServer[]
  onMade: (made: Made) => void
  onClose: () => void
}

export function DeskPhoneDrawer({ phone, servers, onMade, onClose }: DeskPhoneDrawerProps) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const draft = useDraft(changed, { name: phone.name, extension: phone.extension ?? '' })
  const { value, set, error } = draft
  const replace = () =>
    confirm({
      title: t('phones.replaceTitle'),
      body: t('phones.replaceBody'),
      action: t('phones.replace'),
      danger: true,
      run: async () => {
        try {
          onMade(await api.call(replaceDeskPhonePassword, { params: { id: phone.id } }))
          onClose()
          await queries.invalidateQueries({ queryKey: keys.configuration() })
        } catch (failure) {
          toast({ tone: 'bad', title: problemWords(failure) })
        }
      },
    })
  return (
    <EditDrawer
      title={`${phone.userName} · ${phone.name}`}
      draft={draft}
      save={() =>
        api.call(changeDeskPhone, {
          params: { id: phone.id },
          body: { name: value.name, extension: value.extension.trim() || null },
        })
      }
      onClose={onClose}
      removal={{
        label: t('phones.take'),
        title: t('phones.takeTitle', { name: phone.name }),
        body: t('phones.takeBody'),
        run: () => api.call(deleteDeskPhone, { params: { id: phone.id } }),
      }}
    >
      <Field label={t('name')} hint={t('phones.nameHint')} error={error('name')} required>
        <Input value={value.name} onChange={event => set({ name: event.target.value })} maxLength={120} />
      </Field>
      <Field label={t('phones.extension')} hint={t('phones.extensionHint')} error={error('extension')}>
        <Input
          value={value.extension}
          inputMode="numeric"
          className="figures w-32"
          onChange={event => set({ extension: event.target.value })}
          maxLength={6}
        />
      </Field>
      <FormPart title={t('phones.setup')} hint={t('phones.setupHint')}>
        <Setup phone={phone} password={null} servers={servers} />
        <Button size="sm" icon={KeyRound} onClick={replace} className="self-start">
          {t('phones.replace')}
        </Button>
      </FormPart>
    </EditDrawer>
  )
}

const changed = {
  safeParse(value: unknown) {
    const { name, extension } = value as { name: string; extension: string }
    const issues = [
      ...(Name.safeParse(name).error?.issues ?? []).map(issue => ({ ...issue, path: ['name'] })),
      ...(extension.trim() === '' ? [] : (Extension.safeParse(extension).error?.issues ?? [])).map(issue => ({
        ...issue,
        path: ['extension'],
      })),
    ]
    return issues.length > 0 ? { success: false as const, error: { issues } } : { success: true as const, data: value }
  },
}
