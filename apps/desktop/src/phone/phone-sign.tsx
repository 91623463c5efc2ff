import type { Call } from '@centrala/api/call.ts'
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { MicOff, Phone, PhoneOff, RefreshCw, SquareParking } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/actions.ts'
import { Duration } from '../components/duration.tsx'
import { Popover } from '../components/popover.tsx'
import { useMyWork } from '../pages/inbox/my-work.ts'
import { ringOn } from '../pages/inbox/sound.ts'
import { TransferDialog } from '../pages/inbox/transfer-dialog.tsx'
import { useCan, useMe } from '../session/me.ts'
import { AskDialog } from './ask-dialog.tsx'
import { myCallsQuery, parkedCallsQuery, phoneQuery } from './calls.ts'
import { chosenDevices } from './devices.ts'
import { askPhone, usePhoneWish } from './door.ts'
import { KeypadDialog } from './keypad-dialog.tsx'
import { followWorld, learnPhone, resumePhone, usePhone } from './phone.ts'
import { PhonePanel } from './phone-panel.tsx'
import { type SignKind, signKind } from './sign-kind.ts'
import { useDial } from './use-dial.ts'

const LOOKS: Record<SignKind, { icon: typeof Phone; tone: string; iconTone: string }> = {
  loading: { icon: Phone, tone: 'text-faint', iconTone: '' },
  ready: { icon: Phone, tone: 'text-muted', iconTone: 'text-ok' },
  desk: { icon: Phone, tone: 'text-muted', iconTone: 'text-ok' },
  off: { icon: Phone, tone: 'bg-accent-soft font-medium text-accent-ink', iconTone: '' },
  asking: { icon: RefreshCw, tone: 'text-warn-ink', iconTone: '' },
  connecting: { icon: RefreshCw, tone: 'text-warn-ink', iconTone: '' },
  elsewhere: { icon: PhoneOff, tone: 'text-muted', iconTone: '' },
  noNode: { icon: PhoneOff, tone: 'text-warn-ink', iconTone: '' },
  lost: { icon: RefreshCw, tone: 'bg-bad-soft font-medium text-bad-ink', iconTone: '' },
  refused: { icon: PhoneOff, tone: 'bg-bad-soft font-medium text-bad-ink', iconTone: '' },
  denied: { icon: MicOff, tone: 'bg-bad-soft font-medium text-bad-ink', iconTone: '' },
  missing: { icon: MicOff, tone: 'bg-bad-soft font-medium text-bad-ink', iconTone: '' },
  busy: { icon: MicOff, tone: 'bg-bad-soft font-medium text-bad-ink', iconTone: '' },
  insecure: { icon: MicOff, tone: 'bg-bad-soft font-medium text-bad-ink', iconTone: '' },
}
/** These say themselves without being asked. */
const LOUD: ReadonlySet<SignKind> = new Set(['off', 'lost', 'refused', 'denied', 'missing', 'busy', 'insecure'])

/** The phone in the top bar: its state in a word, everything about it one press away. Also what keeps it going on every page. */
export default function PhoneSign() {
  const { t } = useTranslation(['call', 'frame'])
  const can = useCan()
  const phone = useQuery(phoneQuery).data
  const view = usePhone()
  const kind = signKind(view, phone)
  const parked = useQuery({ ...parkedCallsQuery, enabled: can('inbox.handle') }).data?.length ?? 0
  const wish = usePhoneWish()
  const [open, setOpen] = useState(false)
  const dial = useDial(phone?.numbers.map(one => one.id) ?? [])
  const me = useMe()
  const talking = (useQuery(myCallsQuery).data ?? []).find(call =>
    call.legs.some(
      leg => leg.userId === me.id && leg.kind === 'agent' && leg.answeredAt !== null && leg.endedAt === null,
    ),
  )

  useEffect(followWorld, [])
  useEffect(() => ringOn(chosenDevices().ringSpeaker), [])
  useEffect(() => {
    if (phone) learnPhone(phone)
    if (phone?.nodes.some(node => node.connected)) void resumePhone()
  }, [phone])
  const dialled = useRef<unknown>(null)
  useEffect(() => {
    if (wish?.kind === 'panel') setOpen(true)
    // Once for each wish, also where effects run twice.
    else if (wish?.kind === 'dial' && dialled.current !== wish) {
      dialled.current = wish
      dial.mutate(wish.wish)
    } else return
    askPhone(null)
  }, [wish, dial.mutate])
  useActions([
    phone?.canDial && {
      id: 'phone.dial',
      title: t('dial.title'),
      section: t('section'),
      icon: Phone,
      keys: 'alt+d',
      whileTyping: true,
      keywords: t('dial.keywords'),
      run: () => setOpen(true),
    },
  ])

  const look = LOOKS[kind]
  const Icon = look.icon
  const words = t(`sign.${kind}`)
  return (
    <>
      <span role="status" className="sr-only">
        {LOUD.has(kind) ? words : ''}
      </span>
      <Popover
        label={t('section')}
        open={open}
        onOpenChange={setOpen}
        className="w-80"
        trigger={
          <button
            type="button"
            aria-label={parked > 0 ? `${words}, ${t('parked.count', { count: parked })}` : words}
            className={clsx(
              'flex h-8 items-center gap-1.5 rounded-md px-2 text-xs transition-colors hover:bg-hover pointer-coarse:h-10',
              talking ? 'bg-ok-soft font-medium text-ok-ink' : look.tone,
            )}
          >
            <Icon size={15} aria-hidden className={look.iconTone} />
            {talking ? (
              <Duration since={talking.connectedAt ?? talking.startedAt} />
            ) : (
              <span className={LOUD.has(kind) ? 'max-sm:hidden' : 'max-xl:hidden'}>{words}</span>
            )}
            {parked > 0 && (
              <span className="flex items-center gap-0.5 rounded-sm bg-warn-soft px-1 text-warn-ink">
                <SquareParking size={13} aria-hidden />
                <span className="figures">{parked}</span>
              </span>
            )}
          </button>
        }
      >
        <PhonePanel
          phone={phone}
          kind={kind}
          onDial={next => {
            setOpen(false)
            dial.mutate(next)
          }}
          onClose={() => setOpen(false)}
        />
      </Popover>
      <CallDialogs />
    </>
  )
}

/** Dialogs about a call, which may be opened from its bar, from the strip or by a key, wherever one is. */
function CallDialogs() {
  const wish = usePhoneWish()
  const calls = useQuery(myCallsQuery).data ?? []
  const { data: work } = useMyWork()
  if (wish === null || !('callId' in wish)) return null
  const call: Call | undefined = calls.find(one => one.id === wish.callId)
  const close = () => askPhone(null)
  if (call === undefined) return null
  if (wish.kind === 'keypad') return <KeypadDialog call={call} onClose={close} />
  if (wish.kind === 'ask') return <AskDialog call={call} onClose={close} />
  const interaction = work?.find(item => item.id === call.interactionId)
  return interaction ? <TransferDialog interaction={interaction} onClose={close} onDone={close} /> : null
}
