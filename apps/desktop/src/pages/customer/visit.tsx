import type { Interaction } from '@centrala/api/interaction.ts'
import { ExternalLink } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** What the channel told about the contact: the page a visitor is on, where from, what was filled in before the chat. */
export function Visit({ interaction }: { interaction: Interaction }) {
  const { t } = useTranslation('customer')
  const { page, fields, ...rest } = interaction.context
  const place = asRecord(page)
  const facts = Object.entries({ ...asRecord(fields), ...rest }).filter(
    (entry): entry is [string, string | number | boolean] =>
      /^(string|number|boolean)$/.test(typeof entry[1]) && entry[1] !== '',
  )
  if (Object.keys(place).length === 0 && facts.length === 0) return null
  return (
    <dl className="grid grid-cols-[minmax(4.5rem,auto)_1fr] gap-x-3 gap-y-1">
      {typeof place['url'] === 'string' && (
        <>
          <dt className="text-muted">{t('visit.page')}</dt>
          <dd className="min-w-0">
            <PageLink address={place['url']} title={typeof place['title'] === 'string' ? place['title'] : ''} />
          </dd>
        </>
      )}
      {typeof place['referrer'] === 'string' && place['referrer'] !== '' && (
        <>
          <dt className="text-muted">{t('visit.referrer')}</dt>
          <dd className="truncate" title={place['referrer']}>
            {place['referrer'].replace(/^https?:\/\//, '')}
          </dd>
        </>
      )}
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="truncate text-muted" title={name}>
            {name}
          </dt>
          <dd className="min-w-0 break-words">{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function PageLink({ address, title }: { address: string; title: string }) {
  const words = title || address.replace(/^https?:\/\//, '')
  if (!/^https?:\/\//i.test(address)) return <span className="break-all">{words}</span>
  return (
    <a
      href={address}
      target="_blank"
      rel="noreferrer noopener"
      title={address}
      className="inline-flex max-w-full items-center gap-1 text-accent-ink hover:underline"
    >
      <span className="truncate">{words}</span>
      <ExternalLink size={12} aria-hidden className="shrink-0" />
    </a>
  )
}

const asRecord = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
