import {
  changeIdentityProvider,
  createIdentityProvider,
  deleteIdentityProvider,
  type IdentityProvider,
  identityProviderBody,
  testIdentityProvider,
} from '@centrala/api/identity-provider.ts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { CopyBlock } from '../../../components/copy-block.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { useSay } from '../../../i18n/use-say.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'

interface Value {
  name: string
  issuer: string
  clientId: string
  clientSecret?: string
  domains: string[]
  createUsers: boolean
  active: boolean
}

export function ProviderDrawer({
  provider,
  redirectUri,
  onClose,
}: {
  provider: IdentityProvider | null
  redirectUri: string
  onClose: () => void
}) {
  const { t } = useTranslation(['adminSecurity', 'common'])
  const say = useSay()
  const draft = useDraft<Value>(identityProviderBody, {
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    clientId: provider?.clientId ?? '',
    domains: provider?.domains ?? [],
    createUsers: provider?.createUsers ?? false,
    active: provider?.active ?? true,
  })
  const { value, set, error, errorBelow } = draft
  const [domains, setDomains] = useState(value.domains.join(', '))
  const test = useMutation({ mutationFn: () => api.call(testIdentityProvider, { body: { issuer: value.issuer } }) })
  return (
    <EditDrawer
      title={provider?.name ?? t('providers.add')}
      draft={draft}
      save={() =>
        provider
          ? api.call(changeIdentityProvider, { params: { id: provider.id }, body: value })
          : api.call(createIdentityProvider, { body: value })
      }
      onClose={onClose}
      removal={
        provider && {
          label: t('common:delete'),
          title: t('providers.deleteTitle', { name: provider.name }),
          body: t('providers.deleteBody'),
          run: () => api.call(deleteIdentityProvider, { params: { id: provider.id } }),
        }
      }
    >
      <FormPart title={t('providers.atProvider')} hint={t('providers.atProviderHint')}>
        <CopyBlock text={redirectUri} label={t('providers.redirectUri')} />
      </FormPart>
      <FormPart title={t('providers.here')}>
        <NameField draft={draft} label={t('name')} hint={t('providers.nameHint')} isNew={!provider} />
        <Field label={t('providers.issuer')} hint={t('providers.issuerHint')} error={error('issuer')} required>
          <Input
            type="url"
            placeholder="https://login.example.com"
            value={value.issuer}
            onChange={event => {
              test.reset()
              set({ issuer: event.target.value.trim() })
            }}
          />
        </Field>
        <div className="flex flex-col gap-2">
          <Button size="sm" className="self-start" busy={test.isPending} onClick={() => test.mutate()}>
            {t('providers.test')}
          </Button>
          {test.data && (
            <Consequence tone={test.data.ok ? 'plain' : 'warn'}>
              {say(test.data.phrase, test.data.sentence)}
            </Consequence>
          )}
          {test.error && <Consequence tone="warn">{problemWords(test.error)}</Consequence>}
        </div>
        <Field label={t('providers.clientId')} error={error('clientId')} required>
          <Input value={value.clientId} onChange={event => set({ clientId: event.target.value })} />
        </Field>
        <Field
          label={t('providers.clientSecret')}
          hint={t(provider?.hasSecret ? 'providers.secretKept' : 'providers.secretHint')}
          error={error('clientSecret')}
        >
          <Input
            type="password"
            autoComplete="new-password"
            value={value.clientSecret ?? ''}
            onChange={event => set({ clientSecret: event.target.value })}
          />
        </Field>
      </FormPart>
      <FormPart title={t('providers.who')}>
        <Field label={t('providers.domains')} hint={t('providers.domainsHint')} error={errorBelow('domains')} required>
          <Input
            placeholder="example.com"
            value={domains}
            onChange={event => {
              setDomains(event.target.value)
              set({ domains: event.target.value.split(/[\s,;]+/).filter(Boolean) })
            }}
          />
        </Field>
        <Checkbox
          checked={value.createUsers}
          onChange={createUsers => set({ createUsers })}
          label={t('providers.createUsers')}
          hint={t('providers.createUsersHint')}
        />
        <Checkbox
          checked={value.active}
          onChange={active => set({ active })}
          label={t('providers.active')}
          hint={t('providers.activeHint')}
        />
      </FormPart>
    </EditDrawer>
  )
}
