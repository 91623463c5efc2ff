import type { Interaction } from '@centrala/api/interaction.ts'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { part } from '../../part.ts'
import { callerName } from '../../phone/caller.ts'
import { Countdown } from './countdown.tsx'
import { useAnswerOffer } from './my-work.ts'

const CallOffer = lazy(part(() => import('../conversation/call-offer.tsx')))

interface OfferCardProps {
  offer: Interaction
  /** The first one: the keys answer it. */
  first: boolean
  onAccepted: (interaction: Interaction) => void
}

/** Work that is offered to me: who, where from, what about, and how long I have. */
export function OfferCard({ offer, first, onAccepted }: OfferCardProps) {
  const { t } = useTranslation(['inbox', 'common'])
  const { accept, reject } = useAnswerOffer(onAccepted)
  const name = callerName(offer) ?? t('common:unknownCustomer')
  return (
    <article
      aria-label={t('offer.label', { name, channel: t(`common:channel.${offer.channel}`) })}
      className="flex animate-rise flex-col gap-2.5 rounded-lg bg-raised p-3 shadow-pop outline-2 outline-accent"
    >
      <div className="flex items-start gap-3">
        {offer.offerExpiresAt && <Countdown until={offer.offerExpiresAt} />}
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-1.5 text-accent-ink text-xs">
            <ChannelIcon channel={offer.channel} size={13} />
            <span className="truncate font-medium">
              {t(`common:channel.${offer.channel}`)}
              {offer.queueName && ` · ${offer.queueName}`}
            </span>
          </p>
          <p className="truncate font-semibold text-base">{name}</p>
          <p className="line-clamp-2 text-muted">{offer.subject ?? offer.preview}</p>
        </div>
      </div>
      <div className="flex gap-2">
        <Button
          look="primary"
          className="flex-1"
          busy={accept.isPending}
          onClick={() => accept.mutate(offer.id)}
          trailing={first && <Kbd keys="alt+y" inverse />}
        >
          {t(`offer.${acceptWord(offer)}`)}
        </Button>
        <Button
          busy={reject.isPending}
          onClick={() => reject.mutate(offer.id)}
          trailing={first && <Kbd keys="alt+n" />}
        >
          {t('offer.reject')}
        </Button>
      </div>
      {/* Below the buttons: what comes later must not move them from under a finger. */}
      {offer.channel === 'voice' && (
        <Suspense fallback={null}>
          <CallOffer offer={offer} />
        </Suspense>
      )}
    </article>
  )
}

/** Accepting connects a call; of a callback it begins one; a message is only taken. */
function acceptWord({ channel, context }: Interaction): 'answer' | 'callBack' | 'accept' {
  if (channel !== 'voice' || context.voicemail) return 'accept'
  return context.callback ? 'callBack' : 'answer'
}
