import type { Interaction } from '@centrala/api/interaction.ts'
import type { LiveEvent } from '@centrala/api/live.ts'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { Check, X } from 'lucide-react'
import { useCallback, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/actions.ts'
import { useMedia } from '../components/use-media.ts'
import { useLiveEvents } from '../live/live.ts'
import { resumeOutbox } from '../pages/conversation/outbox.ts'
import { askReplyFocus } from '../pages/conversation/reply-focus.ts'
import { useAnswerOffer, useMyWork } from '../pages/inbox/my-work.ts'
import { OfferCard } from '../pages/inbox/offer-card.tsx'
import { playMessage, playOffer, readySound } from '../pages/inbox/sound.ts'
import { clearUnread, countUnread, keepUnread, useUnreadTotal } from '../pages/inbox/unread.ts'
import { callerName } from '../phone/caller.ts'
import { useMe } from '../session/me.ts'
import { usePreferences } from '../session/preferences.ts'

/** Repeats an offer's sound while nobody answers. */
const RING_EVERY_MS = 5000
/** A telephone rings more often: whoever calls hears it too. */
const CALL_EVERY_MS = 3000

/**
 * Tells of what comes in, wherever one is: a sound and a notification for an offer, a quiet tick for a message, the count
 * in the window's title, and the offer itself in the corner when the inbox is not open.
 */
export function Greeter() {
  const { t } = useTranslation(['inbox', 'common'])
  const me = useMe()
  const navigate = useNavigate()
  // On a phone the list, and with it the offer, is hidden while a conversation is open.
  const wide = useMedia('(min-width: 768px)')
  const path = useLocation({ select: location => location.pathname })
  const listShown = wide ? path.startsWith('/inbox') : path === '/inbox'
  const { data, work } = useMyWork()
  const preferences = usePreferences()
  const offer = work.offers[0]
  const unread = useUnreadTotal()
  const open = useCallback(
    (interactionId: string) => void navigate({ to: '/inbox/$interactionId', params: { interactionId } }),
    [navigate],
  )
  const accepted = (interaction: Interaction) => {
    // On the phone one speaks first.
    if (interaction.channel !== 'voice') askReplyFocus(interaction.conversationId)
    open(interaction.id)
  }
  const { accept, reject } = useAnswerOffer(accepted)
  useEffect(readySound, [])
  useEffect(() => resumeOutbox(me.id), [me.id])

  const ring = offer && !preferences.silentChannels.includes(offer.channel) ? offer.channel : null
  const volume = ring === 'voice' ? preferences.ringVolume : preferences.soundVolume
  useEffect(() => {
    if (ring === null) return
    playOffer(ring, volume)
    const timer = setInterval(() => playOffer(ring, volume), ring === 'voice' ? CALL_EVERY_MS : RING_EVERY_MS)
    return () => clearInterval(timer)
  }, [ring, volume])

  const told = useRef<string | null>(null)
  useEffect(() => {
    if (!offer || told.current === offer.id + offer.offerExpiresAt) return
    told.current = offer.id + offer.offerExpiresAt
    if (!preferences.browserNotifications || document.hasFocus()) return
    if (!('Notification' in window) || Notification.permission !== 'granted') return
    const notification = new Notification(
      `${t(`common:channel.${offer.channel}`)}: ${callerName(offer) ?? t('common:unknownCustomer')}`,
      { body: offer.subject ?? offer.preview, tag: offer.id, icon: '/favicon.svg' },
    )
    notification.onclick = () => {
      window.focus()
      notification.close()
    }
    return () => notification.close()
  }, [offer, preferences.browserNotifications, t])

  const onEvent = useCallback(
    (event: LiveEvent) => {
      const message = event.message
      if (event.type !== 'message.created' || !message) return
      if (message.author === 'agent' && message.userId === me.id) return clearUnread(message.conversationId)
      if (message.author !== 'customer') return
      const mine = data?.find(item => item.conversationId === message.conversationId && item.state === 'active')
      if (mine && countUnread(message.conversationId) && preferences.messageSound) playMessage(preferences.soundVolume)
    },
    [me.id, data, preferences.messageSound, preferences.soundVolume],
  )
  useLiveEvents(onEvent)
  useEffect(() => {
    if (data) keepUnread(new Set(data.map(item => item.conversationId)))
  }, [data])

  useEffect(() => {
    const count = unread + work.offers.length
    const bare = document.title.replace(/^\(\d+\) /, '')
    document.title = count > 0 ? `(${count}) ${bare}` : bare
  })

  useActions([
    offer && {
      id: 'offer.accept',
      title: t('offer.acceptOf', { name: callerName(offer) ?? t('common:unknownCustomer') }),
      section: t('offer.section'),
      icon: Check,
      keys: 'alt+y',
      whileTyping: true,
      run: () => accept.mutate(offer.id),
    },
    offer && {
      id: 'offer.reject',
      title: t('offer.rejectOf', { name: callerName(offer) ?? t('common:unknownCustomer') }),
      section: t('offer.section'),
      icon: X,
      keys: 'alt+n',
      whileTyping: true,
      run: () => reject.mutate(offer.id),
    },
  ])

  return (
    <>
      <div role="status" className="sr-only">
        {offer &&
          t('offer.announce', {
            name: callerName(offer) ?? t('common:unknownCustomer'),
            channel: t(`common:channel.${offer.channel}`),
          })}
      </div>
      {offer && !listShown && (
        <div className="fixed right-4 bottom-4 z-30 w-80 max-sm:inset-x-3 max-sm:top-26 max-sm:bottom-auto max-sm:w-auto">
          <OfferCard key={offer.id} offer={offer} first onAccepted={accepted} />
        </div>
      )}
    </>
  )
}
