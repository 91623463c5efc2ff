import type { Interaction } from '@centrala/api/interaction.ts'
import { CircleCheckBig, Coffee } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { usePresence } from '../../frame/presence.ts'
import { ListItem } from './list-item.tsx'
import { useMyWork } from './my-work.ts'
import { OfferCard } from './offer-card.tsx'

/** My work: offers, whoever waits for me, and what is still to be wrapped up. */
export function WorkList({ onAccepted }: { onAccepted: (interaction: Interaction) => void }) {
  const { t } = useTranslation('inbox')
  const { work, isPending, isError, error, refetch, data } = useMyWork()
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-11 shrink-0 items-center justify-between gap-2 border-b px-4">
        <h1 className="font-semibold text-base">{t('list.title')}</h1>
        <span className="figures text-muted text-xs">{data && t('list.count', { count: work.active.length })}</span>
      </header>
      <NotResponding />
      <div className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {isPending && <SkeletonRows />}
        {isError && !data && <ErrorState error={error} retry={() => void refetch()} />}
        {work.offers.length > 0 && (
          <ul aria-label={t('list.offers')} className="flex flex-col gap-2 p-1 pb-3">
            {work.offers.map((offer, index) => (
              <li key={offer.id}>
                <OfferCard offer={offer} first={index === 0} onAccepted={onAccepted} />
              </li>
            ))}
          </ul>
        )}
        <Group label={t('list.active')} items={work.active} />
        <Group label={t('list.toWrapUp')} items={work.wrapUp} heading />
        {data?.length === 0 && <NothingToDo />}
      </div>
    </div>
  )
}

function Group({
  label,
  items,
  heading = false,
}: {
  label: string
  items: readonly Interaction[]
  heading?: boolean
}): ReactNode {
  if (items.length === 0) return null
  return (
    <section aria-label={label}>
      {heading && <h2 className="px-2.5 pt-3 pb-1 font-medium text-faint text-xs">{label}</h2>}
      <ul>
        {items.map(item => (
          <li key={item.id}>
            <ListItem interaction={item} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** An offer ran out unanswered: nothing new comes until one says that one is back. */
function NotResponding() {
  const { t } = useTranslation('frame')
  const { presence, choose } = usePresence(true)
  if (presence?.state !== 'notResponding') return null
  return (
    <div role="alert" className="m-2 mb-0 flex flex-col items-start gap-2 rounded-lg bg-bad-soft p-3 text-bad-ink">
      <p>{t('presence.missed')}</p>
      <Button size="sm" onClick={() => choose({ state: 'available', reasonId: null })}>
        {t('presence.back')}
      </Button>
    </div>
  )
}

function NothingToDo() {
  const { t } = useTranslation(['inbox', 'frame'])
  const { presence, choose } = usePresence(true)
  if (presence?.state === 'notResponding') return null
  if (presence?.state === 'available')
    return (
      <EmptyState icon={CircleCheckBig} title={t('list.empty')}>
        {t('list.emptyHint')}
      </EmptyState>
    )
  return (
    <EmptyState
      icon={Coffee}
      title={t('list.empty')}
      action={
        <Button look="primary" onClick={() => choose({ state: 'available', reasonId: null })}>
          {t('frame:presence.back')}
        </Button>
      }
    >
      {t('list.emptyAway')}
    </EmptyState>
  )
}
