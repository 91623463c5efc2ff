import type { Call, Phone } from '@centrala/api/call.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Delete, Grid3x3, PhoneCall, Settings2, Volume2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../components/button.tsx'
import { Duration } from '../components/duration.tsx'
import { Field } from '../components/field.tsx'
import { IconButton } from '../components/icon-button.tsx'
import { Input } from '../components/input.tsx'
import { Select } from '../components/select.tsx'
import { TimeAgo } from '../components/time-ago.tsx'
import { interactionQuery } from '../pages/conversation/queries.ts'
import { useCan, useMe } from '../session/me.ts'
import { otherSide, parkedCallsQuery } from './calls.ts'
import type { DialWish } from './door.ts'
import { Keypad } from './keypad.tsx'
import { cleanNumber, prettyNumber } from './number.ts'
import { connectPhone, disconnectPhone, playSound, usePhone } from './phone.ts'
import { PickUp } from './pick-up.tsx'
import { useRecentNumbers } from './recent.ts'
import type { SignKind } from './sign-kind.ts'
import { showNumber, shownNumberId } from './use-dial.ts'

interface PanelProps {
  phone: Phone | undefined
  kind: SignKind
  onDial: (wish: DialWish) => void
  onClose: () => void
}

/** Behind the phone's sign: how it stands and what to do about it, the dial pad, and calls that wait to be picked up. */
export function PhonePanel({ phone, kind, onDial, onClose }: PanelProps) {
  const { t } = useTranslation('call')
  const can = useCan()
  const { audio, lines } = usePhone()
  return (
    <div className="flex max-h-[calc(100dvh-72px)] flex-col overflow-y-auto">
      <div className="p-3">
        <h2 className="font-semibold">{t(`sign.${kind}`)}</h2>
        <p className="text-muted">{t(`hint.${kind}`)}</p>
        <Remedy kind={kind} />
        {lines.some(line => line.soundBlocked) && (
          <Button icon={Volume2} look="primary" className="mt-2" onClick={playSound}>
            {t('do.sound')}
          </Button>
        )}
        {kind === 'ready' && lines.map(line => <LineQualityWords key={line.nodeId} quality={line.quality} />)}
      </div>
      {can('inbox.handle') && <Parked onClose={onClose} />}
      {phone?.canDial && <DialPad phone={phone} onDial={onDial} />}
      <div className="flex items-center justify-between gap-2 border-t p-2">
        <Button look="ghost" asChild>
          <Link to="/settings" hash="audio" onClick={onClose}>
            <Settings2 size={16} aria-hidden />
            {t('panel.settings')}
          </Link>
        </Button>
        {audio.kind === 'on' && (
          <Button look="ghost" onClick={disconnectPhone}>
            {t('do.disconnect')}
          </Button>
        )}
      </div>
    </div>
  )
}

/** What helps: the browser's question, the phone of another tab, another try. */
function Remedy({ kind }: { kind: SignKind }) {
  const { t } = useTranslation('call')
  if (kind === 'off' || kind === 'missing' || kind === 'busy' || kind === 'denied')
    return (
      <Button look="primary" className="mt-2" onClick={() => connectPhone()}>
        {t(kind === 'off' ? 'do.connect' : 'do.tryAgain')}
      </Button>
    )
  if (kind === 'desk')
    return (
      <Button className="mt-2" onClick={() => connectPhone()}>
        {t('do.connect')}
      </Button>
    )
  if (kind === 'elsewhere')
    return (
      <Button className="mt-2" onClick={() => connectPhone(true)}>
        {t('do.here')}
      </Button>
    )
  return null
}

function LineQualityWords({ quality }: { quality: keyof typeof QUALITY_TONES }) {
  const { t } = useTranslation('call')
  return <p className={`mt-1 text-xs ${QUALITY_TONES[quality]}`}>{t(`quality.${quality}`)}</p>
}
const QUALITY_TONES = {
  unknown: 'text-muted',
  good: 'text-ok-ink',
  lossIn: 'text-bad-ink',
  lossOut: 'text-bad-ink',
  delay: 'text-warn-ink',
  silentMicrophone: 'text-bad-ink',
}

function DialPad({ phone, onDial }: { phone: Phone; onDial: PanelProps['onDial'] }) {
  const { t } = useTranslation('call')
  const me = useMe()
  const recent = useRecentNumbers(me.id)
  const [text, setText] = useState('')
  const [keys, setKeys] = useState(false)
  const [shown, setShown] = useState(
    () => phone.numbers.find(one => one.id === shownNumberId())?.id ?? phone.numbers[0]?.id ?? null,
  )
  const [tried, setTried] = useState(false)
  const number = cleanNumber(text)
  const call = (to: string) => onDial({ number: to, customerId: null, interactionId: null })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (number !== null) call(number)
  }
  return (
    <div className="flex flex-col gap-2.5 border-t p-3">
      <form onSubmit={submit}>
        <Field label={t('dial.number')} error={tried && number === null ? t('dial.bad') : null}>
          <div className="flex gap-1.5">
            <Input
              type="tel"
              inputMode="tel"
              autoFocus
              value={text}
              placeholder="+385 1 234 5678"
              onChange={event => {
                setText(event.target.value)
                setTried(false)
              }}
              className="figures"
            />
            {keys && text !== '' && (
              <IconButton icon={Delete} label={t('dial.delete')} onClick={() => setText(text.slice(0, -1))} />
            )}
            <IconButton icon={Grid3x3} label={t('dial.keys')} pressed={keys} onClick={() => setKeys(!keys)} />
            <Button type="submit" look="primary" icon={PhoneCall} aria-label={t('dial.call')} />
          </div>
        </Field>
      </form>
      {keys && <Keypad onKey={key => setText(text + key)} />}
      {phone.numbers.length > 1 && (
        <Field label={t('dial.show')}>
          <Select
            value={shown}
            onChange={id => {
              setShown(id)
              showNumber(id)
            }}
            options={phone.numbers.map(one => ({ value: one.id, label: one.name, hint: prettyNumber(one.number) }))}
          />
        </Field>
      )}
      {recent.length > 0 && (
        <section aria-label={t('dial.recent')}>
          <h3 className="font-medium text-faint text-xs">{t('dial.recent')}</h3>
          <ul>
            {recent.map(one => (
              <li key={one.number}>
                <button
                  type="button"
                  onClick={() => call(one.number)}
                  aria-label={t('dial.again', { number: prettyNumber(one.number) })}
                  className="-mx-1.5 flex h-8 w-[calc(100%+12px)] items-center justify-between rounded-md px-1.5 hover:bg-hover pointer-coarse:h-10"
                >
                  <span className="figures">{prettyNumber(one.number)}</span>
                  <span className="text-faint text-xs">
                    <TimeAgo at={new Date(one.at).toISOString()} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

/** Customers whom a colleague left with music. */
function Parked({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('call')
  const parked = useQuery(parkedCallsQuery).data ?? []
  if (parked.length === 0) return null
  return (
    <section aria-label={t('parked.title')} className="border-t p-3">
      <h3 className="font-medium text-faint text-xs">{t('parked.title')}</h3>
      <ul className="mt-1 flex flex-col gap-1">
        {parked.map(call => (
          <ParkedCall key={call.id} call={call} onPicked={onClose} />
        ))}
      </ul>
    </section>
  )
}

function ParkedCall({ call, onPicked }: { call: Call; onPicked: () => void }) {
  const { t } = useTranslation(['call', 'common'])
  const interaction = useQuery(interactionQuery(call.interactionId)).data
  const number = otherSide(call)
  return (
    <li className="flex items-center gap-2">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{interaction?.customerName ?? t('common:unknownCustomer')}</span>
        <span className="figures block truncate text-muted text-xs">
          {number ? prettyNumber(number) : t('private')} · <Duration since={call.connectedAt ?? call.startedAt} />
        </span>
      </span>
      <PickUp call={call} size="sm" onPicked={onPicked} />
    </li>
  )
}
