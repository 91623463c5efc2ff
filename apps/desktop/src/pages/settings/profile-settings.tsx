import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Section } from '../../components/page.tsx'
import { Select } from '../../components/select.tsx'
import { currentLocale, setLocale } from '../../i18n/i18n.ts'
import { LOCALES } from '../../i18n/locale.ts'
import { useMe } from '../../session/me.ts'
import { useChangeMe } from './use-change-me.ts'

export function ProfileSettings() {
  const { t } = useTranslation(['settings', 'common'])
  const me = useMe()
  const [name, setName] = useState(me.name)
  const change = useChangeMe()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') change.mutate({ name: name.trim() })
  }
  return (
    <Section title={t('profile.title')} hint={t('profile.hint')}>
      <form onSubmit={submit} className="grid max-w-xl gap-4 sm:grid-cols-2">
        <Field label={t('profile.name')} required error={name.trim() === '' ? t('profile.nameMissing') : null}>
          <Input value={name} maxLength={120} autoComplete="name" onChange={event => setName(event.target.value)} />
        </Field>
        <Field label={t('profile.email')} hint={t('profile.emailHint')}>
          <Input value={me.email} readOnly disabled />
        </Field>
        {name !== me.name && (
          <Button type="submit" look="primary" busy={change.isPending} className="justify-self-start">
            {t('common:save')}
          </Button>
        )}
      </form>
      <Field label={t('profile.language')} className="max-w-xs">
        <Select
          value={currentLocale()}
          onChange={locale => {
            void setLocale(locale)
            change.mutate({ locale })
          }}
          options={LOCALES.map(locale => ({ value: locale.code, label: locale.name }))}
        />
      </Field>
    </Section>
  )
}
