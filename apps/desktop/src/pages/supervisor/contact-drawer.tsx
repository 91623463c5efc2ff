import { type explainWaiting, getInteraction, type Interaction } from '@centrala/api/interaction.ts'
import type { Answer } from '@centrala/api/route.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { api } from '../../api.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Drawer } from '../../components/drawer.tsx'
import { Duration } from '../../components/duration.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { clockDuration, useFormat } from '../../i18n/format.ts'
import { keys } from '../../live/apply-event.ts'
import { part } from '../../part.ts'
import { callerName } from '../../phone/caller.ts'
import { useCan } from '../../session/me.ts'
import { languageName } from '../customer/person-facts.tsx'
import { ActOnContact } from './act-on-contact.tsx'
import { STATE_TONES } from './contact-table.tsx'
import { receiptsQuery, segmentsQuery, waitingQuery } from './queries.ts'
import { SegmentTimeline } from './segment-timeline.tsx'
import { usePhrases } from './use-phrases.ts'

type Explained = Answer<typeof explainWaiting>
const CallPanel = lazy(part(() => import('./call-panel.tsx')))

/** One contact beside the overview: what happened to it, why the router decided so, why it still waits, and what can be done. */
export function ContactDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation(['supervisor', 'common'])
  const contact = useQuery({
    queryKey: keys.interaction(id ?? ''),
    queryFn: () => api.call(getInteraction, { params: { id: id ?? '' } }),
    enabled: id !== null,
  })
  const title = (contact.data && callerName(contact.data)) ?? t('common:unknownCustomer')
  return (
    <Drawer
      open={id !== null}
      onClose={onClose}
      title={contact.data ? title : t('contact.one')}
      wide
      footer={
        contact.data && (
          <Button asChild>
            <Link to="/conversations/$conversationId" params={{ conversationId: contact.data.conversationId }}>
              <ExternalLink size={15} aria-hidden />
              {t('contact.open')}
            </Link>
          </Button>
        )
      }
    >
      {contact.isError && !contact.data && <ErrorState error={contact.error} retry={() => void contact.refetch()} />}
      {!contact.data && !contact.isError && <SkeletonRows />}
      {contact.data && <Details contact={contact.data} />}
    </Drawer>
  )
}

function Details({ contact }: { contact: Interaction }) {
  const { t, i18n } = useTranslation(['supervisor', 'common'])
  const can = useCan()
  const waits = contact.state === 'queued' || contact.state === 'offered'
  const open = contact.state !== 'ended' && contact.state !== 'wrapUp'
  const segments = useQuery(segmentsQuery(contact.id)).data
  const receipts = useQuery(receiptsQuery(contact.id)).data
  const say = usePhrases()
  return (
    <div className="px-4 pb-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 pt-3">
        <Badge tone={STATE_TONES[contact.state]}>{t(`contact.states.${contact.state}`)}</Badge>
        <span className="inline-flex items-center gap-1.5 text-muted">
          <ChannelIcon channel={contact.channel} />
          {t(`common:channel.${contact.channel}`)}
        </span>
        {waits && contact.queuedAt && (
          <span className="text-muted">
            {t('contact.waiting')} <Duration since={contact.queuedAt} className="font-medium text-ink" />
          </span>
        )}
      </div>
      {(contact.subject || contact.preview) && (
        <p className="mt-2 line-clamp-3 text-muted">{contact.subject ?? contact.preview}</p>
      )}
      <dl className="mt-3 mb-4 grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-4">
        <Fact label={t('contact.queue')}>{contact.queueName}</Fact>
        <Fact label={t('contact.agent')}>{contact.agentName}</Fact>
        <Fact label={t('contact.priority')}>{contact.priority}</Fact>
        <Fact label={t('contact.language')}>{contact.language && languageName(contact.language, i18n.language)}</Fact>
      </dl>
      {contact.state === 'queued' && <Waiting id={contact.id} />}
      {contact.channel === 'voice' && open && (
        <Suspense fallback={null}>
          <CallPanel interactionId={contact.id} customerName={callerName(contact) ?? t('common:unknownCustomer')} />
        </Suspense>
      )}
      {open && can('supervise.act') && <ActOnContact key={contact.id} contact={contact} />}
      <Section title={t('timeline.title')} hint={t('timeline.hint')}>
        {segments ? <SegmentTimeline segments={segments} /> : <SkeletonRows rows={3} />}
      </Section>
      <Section title={t('receipt.title')} hint={t('receipt.hint')}>
        {receipts?.length === 0 && <p className="text-muted">{t('receipt.none')}</p>}
        <ol className="flex flex-col gap-2">
          {receipts?.toReversed().map(receipt => (
            <li key={receipt.id} className="rounded-md bg-sunken px-3 py-2">
              <ReceiptHead at={receipt.decidedAt} agent={receipt.agentName} />
              <ReceiptFacts decision={receipt.decision} />
              <ul>
                {say(receipt.phrases).map((line, index) => (
                  <li key={line} className={index === 0 ? 'font-medium' : 'text-muted'}>
                    {line}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      </Section>
    </div>
  )
}

function ReceiptHead({ at, agent }: { at: string; agent: string | null }) {
  const { t } = useTranslation('supervisor')
  const format = useFormat()
  return (
    <p className="flex justify-between gap-3 text-muted text-xs">
      <span className="font-medium">{t('receipt.offered', { name: agent ?? '–' })}</span>
      <span className="figures">{format.dateTime(at)}</span>
    </p>
  )
}

const Facts = z.object({ waitedMs: z.number(), priority: z.number(), step: z.number() })

/** What brought its turn: how long it had waited, with how many points, at which step. */
function ReceiptFacts({ decision }: { decision: Record<string, unknown> }) {
  const { t } = useTranslation('supervisor')
  const format = useFormat()
  const facts = Facts.safeParse(decision)
  if (!facts.success) return null
  const { waitedMs, priority, step } = facts.data
  return (
    <p className="figures text-muted text-xs">
      {t('receipt.facts', {
        wait: clockDuration(waitedMs),
        points: format.number(priority, { maximumFractionDigits: 1 }),
        step: Math.max(1, step),
      })}
    </p>
  )
}

function Waiting({ id }: { id: string }) {
  const { t } = useTranslation('supervisor')
  const waiting = useQuery(waitingQuery(id, true)).data
  const say = usePhrases()
  if (!waiting) return null
  return (
    <div className="mb-3 rounded-lg bg-warn-soft px-3 py-2.5">
      <p className="flex justify-between gap-3 font-semibold text-warn-ink">
        {t('waiting.title')}
        {waiting.position !== null && (
          <span className="figures font-normal">{t('waiting.position', { position: waiting.position })}</span>
        )}
      </p>
      {waiting.expected && <Expected {...waiting.expected} />}
      <ul className="mt-0.5">
        {waiting.phrases.length === 0 && <li>{t('waiting.notYet')}</li>}
        {say(waiting.phrases).map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  )
}

/** How much longer, as honestly as it is known: what is likely, and between what eight waits in ten end. */
function Expected({ expectedMs, lowMs, highMs, from }: NonNullable<Explained['expected']>) {
  const { t } = useTranslation('supervisor')
  return (
    <p className="figures text-warn-ink">
      {t('waiting.expected', {
        wait: clockDuration(expectedMs),
        low: clockDuration(lowMs),
        high: clockDuration(highMs),
      })}{' '}
      <span className="text-xs">{t(`waiting.from.${from}`)}</span>
    </p>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-faint text-xs">{label}</dt>
      <dd className="truncate font-medium">{children === null || children === undefined ? '–' : children}</dd>
    </div>
  )
}
