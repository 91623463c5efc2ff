import { useEffect, useRef, useState } from 'preact/hooks'
import { useWidget } from './context.ts'
import { Icon, type IconName } from './icon.tsx'

/** The call, above the conversation: how it stands and what can be done in it. */
export function CallBar() {
  const { state, chat } = useWidget()
  const { call, voice } = state
  const { words } = voice
  const { problem } = call
  if (call.state === 'none') {
    return problem ? (
      <p class="call-problem" role="alert">
        <Icon name="alert" size={18} />
        {words[problem]}
      </p>
    ) : null
  }
  const said = { connecting: words.calling, waiting: words.waiting, talking: words.inCall, held: words.onHold }[
    call.state
  ]
  return (
    <>
      {(call.theirs || call.own) && (
        <div class="pictures">
          {call.theirs && <Picture stream={call.theirs} label={state.agent ?? ''} />}
          {call.own && <Picture stream={call.own} label={words.you} own={call.theirs !== null} />}
        </div>
      )}
      <section class="call" aria-label={words.call}>
        <p role="status">
          <strong>{said}</strong>
          {call.since && <Clock since={call.since} />}
        </p>
        <CallButton
          icon={call.muted ? 'micOff' : 'mic'}
          label={call.muted ? words.unmute : words.mute}
          on={call.muted}
          press={chat.call.mute}
        />
        {call.since && (
          <>
            <CallButton
              icon="camera"
              label={call.camera ? words.cameraOff : words.cameraOn}
              on={call.camera}
              press={chat.call.camera}
            />
            {'getDisplayMedia' in navigator.mediaDevices && (
              <CallButton
                icon="screen"
                label={call.screen ? words.screenOff : words.screenOn}
                on={call.screen}
                press={chat.call.screen}
              />
            )}
          </>
        )}
        <button
          type="button"
          class="hang-up"
          aria-label={words.hangUp}
          title={words.hangUp}
          onClick={() => chat.call.hangUp()}
        >
          <Icon name="phoneDown" />
        </button>
      </section>
    </>
  )
}

function CallButton({ icon, label, on, press }: { icon: IconName; label: string; on: boolean; press: () => void }) {
  return (
    <button type="button" class="quiet" aria-label={label} title={label} aria-pressed={on} onClick={() => press()}>
      <Icon name={icon} />
    </button>
  )
}

function Picture({ stream, label, own = false }: { stream: MediaStream; label: string; own?: boolean }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current) video.current.srcObject = stream
  }, [stream])
  return <video ref={video} class={own ? 'own' : ''} aria-label={label} autoplay playsinline muted />
}

function Clock({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.round((now - since) / 1000))
  return (
    <span aria-hidden="true">
      {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}
    </span>
  )
}
