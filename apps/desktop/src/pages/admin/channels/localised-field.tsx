import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { Textarea } from '../../../components/textarea.tsx'
import { intlTag, LOCALES, type Locale } from '../../../i18n/locale.ts'
import { at, useConfigForm } from './config-form.tsx'

/** A text in each language, one shown at a time; a dot marks those that are written. */
export function LocalisedField({ path, label }: { path: string; label: string }) {
  const { t } = useTranslation('adminChannels')
  const { config, set, error } = useConfigForm()
  const [locale, setLocale] = useState<Locale>((config.locale as Locale | undefined) ?? 'en')
  const texts = (at(config, path) ?? {}) as Partial<Record<Locale, string>>
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: buttons that choose what the field below shows */}
      <div role="group" aria-label={t('language')} className="mb-1.5 flex flex-wrap gap-1">
        {LOCALES.map(one => (
          <button
            key={one.code}
            type="button"
            aria-pressed={one.code === locale}
            onClick={() => setLocale(one.code)}
            className="flex h-6 items-center gap-1 rounded-sm px-1.5 text-muted text-xs hover:bg-hover aria-pressed:bg-selected aria-pressed:text-accent-ink"
          >
            {one.name}
            {texts[one.code] && (
              <span role="img" aria-label={t('written')} className="size-1.5 rounded-full bg-accent" />
            )}
          </button>
        ))}
      </div>
      <Field label={label} quiet error={error(`${path}.${locale}`)}>
        <Textarea
          rows={2}
          lang={intlTag(locale)}
          value={texts[locale] ?? ''}
          onChange={event => {
            const { [locale]: _, ...others } = texts
            set(path, event.target.value === '' ? others : { ...others, [locale]: event.target.value })
          }}
        />
      </Field>
    </div>
  )
}
