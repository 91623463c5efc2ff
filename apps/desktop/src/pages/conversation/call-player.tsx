import { deleteRecording, getRecordingAudio, type Recording } from '@centrala/api/call.ts'
import { useMutation } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Download, Pause, Play, Trash2 } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { confirm } from '../../components/confirm.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { toast } from '../../components/toast.tsx'
import { clockDuration, useFormat } from '../../i18n/format.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { pauseShares, waveBars, wavePath } from '../../phone/waveform.ts'
import { useCan } from '../../session/me.ts'

const BARS = 110
const STEP = 3
const HEIGHT = 40
const SPEEDS = [0.75, 1, 1.25, 1.5, 2]

let playing: HTMLAudioElement | null = null

/** A recording to listen to: waveform of both sides, seek by pointer or arrows, speed. The sound is fetched when it is first played, since every listening is written down. */
export function CallPlayer({ recording }: { recording: Recording }) {
  const { t } = useTranslation(['call', 'common'])
  const can = useCan()
  const format = useFormat()
  const audio = useRef<HTMLAudioElement>(null)
  const [state, setState] = useState<'idle' | 'loading' | 'playing' | 'paused'>('idle')
  const [atMs, setAtMs] = useState(0)
  const [speed, setSpeed] = useState(1)
  const durationMs = recording.durationMs ?? 0
  const path = useMemo(() => {
    const [customer, agents] = recording.peaks
    // Of a voicemail there is one side only: it is drawn around the middle.
    return wavePath(waveBars([customer, recording.kind === 'voicemail' ? customer : agents], BARS), STEP, HEIGHT)
  }, [recording.peaks, recording.kind])
  const pauses = pauseShares(recording.pauses, durationMs)
  const share = durationMs > 0 ? Math.min(1, atMs / durationMs) : 0
  const width = BARS * STEP
  const source = api.url(getRecordingAudio, { params: { id: recording.id } })

  // The clock of a sound file ticks four times a second; a line that is read ticks with the screen.
  useEffect(() => {
    if (state !== 'playing') return
    let frame = 0
    const follow = () => {
      if (audio.current) setAtMs(audio.current.currentTime * 1000)
      frame = requestAnimationFrame(follow)
    }
    frame = requestAnimationFrame(follow)
    return () => cancelAnimationFrame(frame)
  }, [state])

  const toggle = () => {
    const element = audio.current
    if (!element) return
    if (!element.paused) return element.pause()
    // One voice at a time.
    if (playing !== element) playing?.pause()
    playing = element
    if (element.getAttribute('src') === null) {
      element.src = source
      element.currentTime = atMs / 1000
      setState('loading')
    }
    element.playbackRate = speed
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') return
      element.removeAttribute('src')
      setState('idle')
      toast({ tone: 'bad', title: t('player.failed') })
    })
  }
  const seek = (ms: number) => {
    const to = Math.min(durationMs, Math.max(0, ms))
    setAtMs(to)
    if (audio.current?.getAttribute('src')) audio.current.currentTime = to / 1000
  }
  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId)
    else if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const box = event.currentTarget.getBoundingClientRect()
    seek(((event.clientX - box.left) / box.width) * durationMs)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = {
      ArrowLeft: -5000,
      ArrowDown: -5000,
      ArrowRight: 5000,
      ArrowUp: 5000,
      PageUp: 30_000,
      PageDown: -30_000,
    }[event.key]
    if (by !== undefined) seek(atMs + by)
    else if (event.key === 'Home') seek(0)
    else if (event.key === 'End') seek(durationMs)
    else if (event.key === ' ' || event.key === 'Enter') toggle()
    else return
    event.preventDefault()
  }
  const faster = () => {
    const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1
    setSpeed(next)
    if (audio.current) audio.current.playbackRate = next
  }
  const remove = useMutation({
    mutationFn: () => api.call(deleteRecording, { params: { id: recording.id } }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const on = state === 'playing'
  const time = `${clockDuration(atMs)} / ${clockDuration(durationMs)}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's
    <div
      role="group"
      aria-label={t(recording.kind === 'voicemail' ? 'player.voicemail' : 'player.call')}
      className="flex flex-col gap-1"
    >
      <div className="flex items-center gap-2">
        <button
          type="button"
          aria-label={t(on ? 'player.pause' : 'player.play')}
          aria-busy={state === 'loading'}
          onClick={toggle}
          className="grid size-9 shrink-0 place-items-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover pointer-coarse:size-11"
        >
          {on ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden className="translate-x-px" />}
        </button>
        <div
          role="slider"
          tabIndex={0}
          aria-label={t('player.position')}
          aria-valuemin={0}
          aria-valuemax={Math.round(durationMs / 1000)}
          aria-valuenow={Math.round(atMs / 1000)}
          aria-valuetext={time}
          onPointerDown={onPointer}
          onPointerMove={onPointer}
          onKeyDown={onKeyDown}
          className="min-w-0 flex-1 cursor-pointer touch-none rounded-sm"
        >
          <svg
            viewBox={`0 0 ${width} ${HEIGHT}`}
            preserveAspectRatio="none"
            aria-hidden="true"
            className="block h-10 w-full"
          >
            {pauses.map(({ from, to }) => (
              <rect
                key={from}
                x={from * width}
                y="0"
                width={(to - from) * width}
                height={HEIGHT}
                fill="var(--warn-soft)"
              />
            ))}
            <path d={path} stroke="var(--line-strong)" strokeWidth="1.6" strokeLinecap="round" opacity="0.55" />
            <clipPath id={`played-${recording.id}`}>
              <rect x="0" y="0" width={share * width} height={HEIGHT} />
            </clipPath>
            <path
              d={path}
              stroke="var(--accent)"
              strokeWidth="1.6"
              strokeLinecap="round"
              clipPath={`url(#played-${recording.id})`}
            />
            {atMs > 0 && (
              <rect x={Math.min(width - 1, share * width)} y="0" width="1" height={HEIGHT} fill="var(--accent)" />
            )}
          </svg>
        </div>
      </div>
      <div className="flex items-center gap-1 text-muted text-xs">
        <span className="figures pl-11">{time}</span>
        <span className="flex-1" />
        <button
          type="button"
          aria-label={t('player.speed', { speed: format.number(speed) })}
          onClick={faster}
          className={clsx(
            'figures h-7 rounded-md px-1.5 font-medium hover:bg-hover pointer-coarse:h-9',
            speed !== 1 && 'text-accent-ink',
          )}
        >
          {format.number(speed)}×
        </button>
        {can('recording.listen') && (
          <a
            href={api.url(getRecordingAudio, { params: { id: recording.id }, query: { download: 'true' } })}
            download
            aria-label={t('player.download')}
            title={t('player.download')}
            className="grid size-7 place-items-center rounded-md hover:bg-hover hover:text-ink pointer-coarse:size-9"
          >
            <Download size={15} aria-hidden />
          </a>
        )}
        {can('recording.delete') && (
          <IconButton
            icon={Trash2}
            size="sm"
            label={t('player.delete')}
            onClick={() =>
              confirm({
                title: t('player.deleteTitle'),
                body: t('player.deleteBody'),
                action: t('player.delete'),
                danger: true,
                run: async () => {
                  await remove.mutateAsync().catch(() => undefined)
                },
              })
            }
          />
        )}
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: a telephone recording has no captions */}
      <audio
        ref={audio}
        preload="none"
        onPlay={() => setState('loading')}
        onPlaying={() => setState('playing')}
        onPause={() => setState('paused')}
        onEnded={() => {
          setState('paused')
          setAtMs(0)
        }}
      />
    </div>
  )
}
