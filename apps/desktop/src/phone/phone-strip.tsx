import { type Call, monitorCall } from '@centrala/api/call.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { Ear, ExternalLink, MessageCircleWarning, PhoneIncoming, Users, Volume2, X } from 'lucide-react'
import { useCallback, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/actions.ts'
import { api } from '../api.ts'
import { Button } from '../components/button.tsx'
import { toast } from '../components/toast.tsx'
import { codeWords, problemWords } from '../i18n/problem-words.ts'
import type { CallFrame } from '../live/connection.ts'
import { useCallFrames } from '../live/live.ts'
import { CallVideo } from '../pages/conversation/call-video.tsx'
import { interactionQuery } from '../pages/conversation/queries.ts'
import { useMyWork } from '../pages/inbox/my-work.ts'
import { playOffer } from '../pages/inbox/sound.ts'
import { useMe } from '../session/me.ts'
import { usePreferences } from '../session/preferences.ts'
import { CallButtons } from './call-buttons.tsx'
import { CallStatus, RecordingSign } from './call-status.tsx'
import { useKeepCallText } from './call-text-store.ts'
import { callerName } from './caller.ts'
import { consultName, myCallsQuery, myPart, openRecording, phoneQuery } from './calls.ts'
import { useKeepCallsNow } from './calls-now.ts'
import { useIsShown } from './door.ts'
import { expectAudio, openLineId, playSound, setMuted, toIceServer, usePhone } from './phone.ts'
import { useCallControls } from './use-call-controls.ts'
import { closeVideo, hearVideo, useVideo, type VideoView } from './video.ts'

/** Under the top bar: the call I am in while I look at something else, whom I listen to, and what keeps me from hearing. */
export default function PhoneStrip() {
  const { t } = useTranslation(['call', 'frame'])
  const me = useMe()
  const known = useQuery(myCallsQuery).data
  const calls = known ?? []
  const { data: work } = useMyWork()
  const { lines, muted } = usePhone()
  const mine = new Set(work?.map(item => item.id))
  const parts = calls.map(call => ({ call, part: myPart(call, me.id, mine) })).filter(one => one.part !== null)
  const heard = parts.find(one => one.part === 'supervisor')?.call ?? null
  const current = pick(parts.filter(one => one.part !== 'supervisor').map(one => one.call))
  const { controls, busy, part } = useCallControls(current)
  const shown = useIsShown(current?.id ?? null)
  const section = t('section')

  // Lines know from this when silence is a fault.
  const talks = parts.filter(one => one.call.state === 'talking' || one.call.consulting?.answered)
  const key = talks.map(one => `${one.call.nodeId} ${one.part}`).join()
  // From the offer on, so that nobody waits for the first word.
  const busyLine = parts.length > 0 || (work ?? []).some(item => item.channel === 'voice' && item.state !== 'wrapUp')
  useEffect(() => {
    expectAudio(nodeId => ({
      call: busyLine,
      audio: key.includes(`${nodeId} `),
      speech: !muted && key.split(',').some(one => one === `${nodeId} agent` || one === `${nodeId} joined`),
    }))
  }, [key, muted, busyLine])
  // A muted microphone does not outlive the call it was muted for.
  const idle = known !== undefined && current === null
  useEffect(() => {
    if (idle) setMuted(false)
  }, [idle])

  useActions(
    controls.map(control => ({
      id: control.id,
      title: control.label,
      section,
      icon: control.icon,
      ...(control.keys ? { keys: control.keys, whileTyping: true } : {}),
      run: control.run,
    })),
  )
  const failed = useCallback((frame: CallFrame) => {
    if (frame.type === 'phone') toast({ tone: 'bad', title: codeWords(frame.code, frame.detail), durationMs: 10_000 })
  }, [])
  useCallFrames(failed)
  useKeepCallText()
  useKeepCallsNow()

  const iceServers = useQuery(phoneQuery).data?.iceServers
  const heardPicture = useCallback(
    (frame: CallFrame) => {
      if (frame.type === 'video.signal') hearVideo(frame.callId, frame.signal, (iceServers ?? []).map(toIceServer))
    },
    [iceServers],
  )
  useCallFrames(heardPicture)
  const video = useVideo()
  const pictured = video && known?.find(call => call.id === video.callId)
  // The call is over, or somebody else's: so are its pictures.
  const orphaned = video !== null && known !== undefined && pictured === undefined
  useEffect(() => {
    if (orphaned) closeVideo()
  }, [orphaned])
  useEffect(() => {
    window.addEventListener('pagehide', closeVideo)
    return () => window.removeEventListener('pagehide', closeVideo)
  }, [])

  const asked = part === 'asked' && current?.consulting?.answered === false
  const blocked = lines.some(line => line.soundBlocked)
  return (
    <>
      <Announcer call={current} />
      {blocked && (
        <div role="alert" className="flex items-center gap-3 bg-bad-soft px-4 py-2 text-bad-ink">
          <Volume2 size={16} aria-hidden />
          <span className="flex-1">{t('soundBlocked')}</span>
          <Button look="primary" size="sm" onClick={playSound}>
            {t('do.sound')}
          </Button>
        </div>
      )}
      {heard && <MonitorStrip call={heard} />}
      {video && pictured && <Pictures call={pictured} view={video} />}
      {current && asked && <AskedStrip call={current} controls={controls} busy={busy} />}
      {current && !asked && !shown && (
        <section
          aria-label={t('myCall')}
          className="@container flex flex-wrap items-center gap-x-4 gap-y-1 border-b bg-ok-soft px-4 py-1.5 max-sm:px-2"
        >
          <CurrentCall call={current} />
          <span className="flex-1" />
          <CallButtons controls={controls} busy={busy} />
        </section>
      )}
    </>
  )
}

function Pictures({ call, view }: { call: Call; view: VideoView }) {
  const name = useCustomerName(call)
  return <CallVideo name={name} view={view} />
}

/** Which call the keys mean: the one I talk in, else whom I ask, else who is held, the newest first. */
function pick(calls: readonly Call[]): Call | null {
  const rank = (call: Call) =>
    call.state === 'talking' ? 0 : call.consulting ? 1 : call.state === 'ringing' ? 2 : call.state === 'held' ? 3 : 4
  return calls.toSorted((a, b) => rank(a) - rank(b) || (a.startedAt < b.startedAt ? 1 : -1))[0] ?? null
}

function useCustomerName(call: Call): string {
  const { t } = useTranslation(['call', 'common'])
  const interaction = useQuery(interactionQuery(call.interactionId)).data
  return (interaction && callerName(interaction)) ?? t('common:unknownCustomer')
}

function CurrentCall({ call }: { call: Call }) {
  const { t } = useTranslation('call')
  const navigate = useNavigate()
  const customer = useCustomerName(call)
  return (
    <span className="flex min-w-0 items-center gap-3">
      <button
        type="button"
        title={t('do.open')}
        onClick={() => void navigate({ to: '/inbox/$interactionId', params: { interactionId: call.interactionId } })}
        className="flex min-w-0 items-center gap-2 rounded-md pr-2 text-left hover:bg-hover"
      >
        <CallStatus call={call} customer={customer} />
        <ExternalLink size={14} aria-hidden className="shrink-0 text-muted" />
        <span className="sr-only">{t('do.open')}</span>
      </button>
      <RecordingSign call={call} />
    </span>
  )
}

const ASK_EVERY_MS = 4000

/** A colleague asks me about their customer. */
function AskedStrip({
  call,
  controls,
  busy,
}: {
  call: Call
  controls: Parameters<typeof CallButtons>[0]['controls']
  busy: string | null
}) {
  const { t } = useTranslation('call')
  const me = useMe()
  const customer = useCustomerName(call)
  const { ringVolume } = usePreferences()
  useEffect(() => {
    const ring = () => playOffer('voice', ringVolume)
    ring()
    const timer = setInterval(ring, ASK_EVERY_MS)
    return () => clearInterval(timer)
  }, [ringVolume])
  return (
    <section
      role="alert"
      className="@container flex flex-wrap items-center gap-x-4 gap-y-1 bg-accent-soft px-4 py-2 outline-2 outline-accent -outline-offset-2"
    >
      <PhoneIncoming size={18} aria-hidden className="animate-pulse text-accent-ink" />
      <p className="min-w-0 flex-1 basis-52">
        <span className="block font-semibold">{t('asked.title', { name: consultName(call, me.id) })}</span>
        <span className="block truncate text-muted text-xs">{t('asked.about', { name: customer })}</span>
      </p>
      <CallButtons controls={controls} busy={busy} />
    </section>
  )
}

const MODES = {
  listen: { icon: Ear, looks: 'bg-busy-soft text-busy-ink outline-busy' },
  whisper: { icon: MessageCircleWarning, looks: 'bg-warn-soft text-warn-ink outline-warn' },
  barge: { icon: Users, looks: 'bg-bad-soft text-bad-ink outline-bad' },
} as const
const ORDER = ['listen', 'whisper', 'barge'] as const

/** Whom I listen to and who hears me: it cannot be overlooked on any page, since a word said in the wrong mode is heard by a customer. */
function MonitorStrip({ call }: { call: Call }) {
  const { t } = useTranslation('call')
  const me = useMe()
  const customer = useCustomerName(call)
  const mode = call.monitors.find(monitor => monitor.userId === me.id)?.mode ?? 'listen'
  const agent = call.legs.find(leg => leg.kind === 'agent' && leg.endedAt === null)?.userName ?? '–'
  const set = (next: 'listen' | 'whisper' | 'barge' | 'off') =>
    void api
      .call(monitorCall, { params: { id: call.id }, body: { mode: next, lineId: openLineId(call.nodeId) } })
      .catch(error => toast({ tone: 'bad', title: problemWords(error) }))
  const { icon: Icon, looks } = MODES[mode]
  return (
    <section
      aria-label={t('monitor.title')}
      className={clsx('flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 outline-2 -outline-offset-2', looks)}
    >
      <Icon size={18} aria-hidden className="shrink-0" />
      <p role="status" className="min-w-0 flex-1 basis-60">
        <span className="block font-semibold">{t(`monitor.${mode}`, { agent })}</span>
        <span className="block truncate text-xs">{t(`monitor.${mode}Hint`, { agent, customer })}</span>
      </p>
      <div role="toolbar" aria-label={t('monitor.mode')} className="flex rounded-md bg-surface p-0.5">
        {ORDER.map(one => (
          <button
            key={one}
            type="button"
            aria-pressed={mode === one}
            onClick={() => set(one)}
            className={clsx(
              'h-7 rounded-sm px-2 font-medium text-xs pointer-coarse:h-9',
              mode === one ? 'bg-pressed text-ink' : 'text-muted hover:text-ink',
            )}
          >
            {t(`monitor.do.${one}`)}
          </button>
        ))}
      </div>
      <Button icon={X} size="sm" onClick={() => set('off')}>
        {t('monitor.do.off')}
      </Button>
    </section>
  )
}

/** Changes of the call for ears only. */
function Announcer({ call }: { call: Call | null }) {
  const { t } = useTranslation('call')
  const me = useMe()
  const { muted } = usePhone()
  const recording = call ? openRecording(call) : undefined
  const words = call
    ? [
        call.consulting
          ? t(call.consulting.answered ? 'status.with' : 'status.asking', { name: consultName(call, me.id) })
          : t(`status.${call.state}`),
        muted && t('muted'),
        recording && t(recording.state === 'recording' ? 'recording.on' : 'recording.paused'),
      ]
        .filter(Boolean)
        .join('. ')
    : ''
  return (
    <div role="status" className="sr-only">
      {words}
    </div>
  )
}
