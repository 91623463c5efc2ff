import type { Customer } from '@centrala/api/customer.ts'
import { Clock, Languages } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../../components/clock.ts'

/** In which language and at what hour one meets this person. */
export function PersonFacts({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation('customer')
  const now = useNow(60_000)
  const { language, timeZone } = customer
  return (
    <dl className="flex flex-col">
      {language && (
        <div className="flex min-h-7 items-center gap-2">
          <dt>
            <Languages size={14} className="text-faint" aria-hidden />
            <span className="sr-only">{t('language')}</span>
          </dt>
          <dd className="first-letter:uppercase">{languageName(language, i18n.language)}</dd>
        </div>
      )}
      {timeZone && (
        <div className="flex min-h-7 items-center gap-2">
          <dt>
            <Clock size={14} className="text-faint" aria-hidden />
            <span className="sr-only">{t('localTime')}</span>
          </dt>
          <dd className="figures">
            {new Intl.DateTimeFormat(i18n.language, {
              timeZone,
              hour: '2-digit',
              minute: '2-digit',
              hourCycle: 'h23',
            }).format(now)}{' '}
            <span className="text-muted">{t('inTheirZone')}</span>
          </dd>
        </div>
      )}
    </dl>
  )
}

export function languageName(tag: string, inLanguage: string): string {
  try {
    return new Intl.DisplayNames([inLanguage], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
