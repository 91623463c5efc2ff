import { apiKeyBody, createApiKey } from '@centrala/api/api-key.ts'
import { PERMISSIONS, type Permission } from '@centrala/api/permission.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { CopyBlock } from '../../../components/copy-block.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'
import { useCan } from '../../../session/me.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { FormPart } from '../form/form-part.tsx'
import { useDraft } from '../form/use-draft.ts'
import { scopeKey } from './scopes.ts'

const DAY_MS = 86_400_000
const LIVES = ['30', '90', '365', 'never'] as const

interface Value {
  name: string
  scopes: Permission[]
  expiresAt: string | null
}

export function NewKeyDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['adminSecurity', 'common'])
  const can = useCan()
  const [secret, setSecret] = useState<string | null>(null)
  const [life, setLife] = useState<(typeof LIVES)[number]>('365')
  const expiry = (days: (typeof LIVES)[number]) =>
    days === 'never' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString()
  const draft = useDraft<Value>(apiKeyBody, { name: '', scopes: [], expiresAt: expiry('365') })
  const { value, set, error, errorBelow } = draft
  if (secret)
    return (
      <Dialog
        open
        onClose={onClose}
        title={t('keys.madeTitle')}
        description={t('keys.madeBody')}
        footer={
          <Button look="primary" onClick={onClose}>
            {t('keys.kept')}
          </Button>
        }
      >
        <CopyBlock text={secret} label={t('keys.secret')} />
        <p className="mt-3 mb-1 text-muted text-xs">{t('keys.howToSend')}</p>
        <CopyBlock text={`Authorization: Bearer ${secret}`} label={t('keys.howToSend')} />
      </Dialog>
    )
  return (
    <EditDrawer
      title={t('keys.add')}
      draft={draft}
      stay
      save={async () => setSecret((await api.call(createApiKey, { body: value })).secret)}
      onClose={onClose}
      saveLabel={t('keys.make')}
    >
      <Field label={t('name')} hint={t('keys.nameHint')} error={error('name')} required>
        <Input value={value.name} onChange={event => set({ name: event.target.value })} maxLength={120} autoFocus />
      </Field>
      <Field label={t('keys.expires')} hint={t('keys.expiresHint')} error={error('expiresAt')}>
        <Select
          value={life}
          onChange={next => {
            setLife(next)
            set({ expiresAt: expiry(next) })
          }}
          options={LIVES.map(days => ({
            value: days,
            label: days === 'never' ? t('keys.neverExpires') : t('keys.inDays', { count: Number(days) }),
          }))}
        />
      </Field>
      <FormPart title={t('keys.scopes')} hint={t('keys.scopesHint')}>
        {errorBelow('scopes') && (
          <p role="alert" className="text-bad-ink text-xs">
            {errorBelow('scopes')}
          </p>
        )}
        {PERMISSIONS.filter(permission => permission !== 'self' && can(permission)).map(permission => (
          <Checkbox
            key={permission}
            checked={value.scopes.includes(permission)}
            onChange={on =>
              set({ scopes: on ? [...value.scopes, permission] : value.scopes.filter(other => other !== permission) })
            }
            label={t(`scope.${scopeKey(permission)}`)}
            hint={<code>{permission}</code>}
          />
        ))}
      </FormPart>
    </EditDrawer>
  )
}
