import type { Interaction } from '@centrala/api/interaction.ts'
import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '../../components/time-ago.tsx'

interface VisitFacts {
  page: { url: string; title: string } | null
  referrer: string
  /** What was filled in before the contact, by name. */
  fields: [string, string][]
  leftAt: string | null
}

const asRecord = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
const asText = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What a person should see of what the channel told; ids and switches stay out. */
export function visitFacts(context: Interaction['context']): VisitFacts | null {
  const page = asRecord(context.page)
  const url = asText(page.url)
  const facts: VisitFacts = {
    page: url === '' ? null : { url, title: asText(page.title) },
    referrer: asText(context.referrer) || asText(page.referrer),
    fields: Object.entries(asRecord(context.fields)).flatMap(([name, value]) =>
      /^(string|number|boolean)$/.test(typeof value) && value !== '' ? [[name, String(value)] as [string, string]] : [],
    ),
    leftAt: asText(context.visitorLeftAt) || null,
  }
  return facts.page === null && facts.referrer === '' && facts.fields.length === 0 ? null : facts
}

/** The page a visitor is on, where they came from, what they filled in before the chat. */
export function Visit({ facts }: { facts: VisitFacts }) {
  const { t } = useTranslation('customer')
  const row = (name: string, value: ReactNode) => (
    <div key={name} className="contents">
      <dt className="truncate text-muted" title={name}>
        {name}
      </dt>
      <dd className="min-w-0 break-words">{value}</dd>
    </div>
  )
  return (
    <dl className="grid grid-cols-[minmax(4.5rem,auto)_1fr] gap-x-3 gap-y-1">
      {facts.page && row(t('visit.page'), <PageLink {...facts.page} />)}
      {facts.referrer !== '' && row(t('visit.referrer'), <span title={facts.referrer}>{bare(facts.referrer)}</span>)}
      {facts.leftAt && row(t('visit.left'), <TimeAgo at={facts.leftAt} />)}
      {facts.fields.map(([name, value]) => row(name, value))}
    </dl>
  )
}

const bare = (address: string) => address.replace(/^https?:\/\//, '').replace(/\/$/, '')

function PageLink({ url, title }: { url: string; title: string }) {
  const words = title || bare(url)
  if (!/^https?:\/\//i.test(url)) return <span className="break-all">{words}</span>
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer noopener"
      title={url}
      className="inline-flex max-w-full items-center gap-1 text-accent-ink hover:underline"
    >
      <span className="truncate">{words}</span>
      <ExternalLink size={12} aria-hidden className="shrink-0" />
    </a>
  )
}
