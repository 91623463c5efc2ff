import { changeTenant, type Tenant, tenantBody } from '@centrala/api/tenant.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { ColorInput } from '../../../components/color-input.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Page, Section } from '../../../components/page.tsx'
import { Select } from '../../../components/select.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { Switch } from '../../../components/switch.tsx'
import { toast } from '../../../components/toast.tsx'
import { LOCALES } from '../../../i18n/locale.ts'
import { problemWords } from '../../../i18n/problem-words.ts'
import { useDraft } from '../form/use-draft.ts'
import { tenantQuery } from '../security/queries.ts'
import { AccountMail } from './account-mail.tsx'
import { tenantChanged } from './tenant-changed.ts'

const TIME_ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')].map(zone => ({
  value: zone,
  label: zone.replaceAll('_', ' '),
}))

/** What is true of the whole company. */
export function CompanyPage() {
  const { t } = useTranslation('adminSecurity')
  const query = useQuery(tenantQuery)
  return (
    <Page title={t('company.title')} intro={t('company.intro')} narrow>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : (
        <>
          <Basics tenant={query.data} />
          <Security tenant={query.data} />
          <AccountMail key={query.data.accountMail.host} tenant={query.data} />
        </>
      )}
    </Page>
  )
}

function Basics({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation(['adminSecurity', 'common'])
  const formId = useId()
  const { name, locale, timeZone, color } = tenant
  const draft = useDraft(tenantBody, { name, locale, timeZone, color })
  const { value, set, error } = draft
  const saving = useMutation({
    mutationFn: () => api.call(changeTenant, { body: value }),
    onSuccess: async changed => {
      await tenantChanged(changed)
      toast({ tone: 'ok', title: t('common:saved') })
    },
    onError: failure => {
      if (!draft.refuse(failure)) toast({ tone: 'bad', title: problemWords(failure) })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (draft.check() && !saving.isPending) saving.mutate()
  }
  return (
    <Section title={t('company.basics')}>
      <form id={formId} onSubmit={submit} noValidate className="flex max-w-xl flex-col gap-4">
        <Field label={t('name')} hint={t('company.nameHint')} error={error('name')} required>
          <Input value={value.name} onChange={event => set({ name: event.target.value })} maxLength={120} />
        </Field>
        <Field label={t('company.locale')} hint={t('company.localeHint')}>
          <Select
            value={value.locale}
            onChange={next => set({ locale: next })}
            options={LOCALES.map(one => ({ value: one.code, label: one.name }))}
          />
        </Field>
        <Field label={t('company.timeZone')} hint={t('company.timeZoneHint')} error={error('timeZone')}>
          <Combobox value={value.timeZone} onChange={next => set({ timeZone: next })} options={TIME_ZONES} />
        </Field>
        <Field label={t('company.color')} hint={t('company.colorHint')} error={error('color')}>
          <ColorInput
            value={value.color}
            onChange={next => set({ color: next.toLowerCase() })}
            label={t('company.color')}
          />
        </Field>
        <Button type="submit" look="primary" className="self-start" busy={saving.isPending}>
          {t('common:save')}
        </Button>
      </form>
    </Section>
  )
}

function Security({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation('adminSecurity')
  const change = async (requireTwoFactor: boolean) => {
    try {
      await tenantChanged(await api.call(changeTenant, { body: { requireTwoFactor } }))
    } catch (failure) {
      toast({ tone: 'bad', title: problemWords(failure) })
    }
  }
  return (
    <Section title={t('company.security')}>
      <div className="max-w-xl">
        <Switch
          checked={tenant.requireTwoFactor}
          onChange={on =>
            on
              ? confirm({
                  title: t('company.twoFactorTitle'),
                  body: t('company.twoFactorBody'),
                  action: t('company.twoFactorDo'),
                  run: () => change(true),
                })
              : void change(false)
          }
          label={t('company.twoFactor')}
          hint={t('company.twoFactorHint')}
        />
      </div>
    </Section>
  )
}
