import type { ServerToVisitor, VideoSignal, VisitorSays } from '@centrala/api/webchat.ts'
import type { Memory } from '../memory.ts'
import type { State } from '../state.ts'
import type { Store } from '../store.ts'
import { createVideo, type Video } from './video.ts'

/** How the visitor's call stands, as it is drawn. */
export interface CallState {
  state: 'none' | 'connecting' | 'waiting' | 'talking' | 'held'
  /** Since when somebody listens (epoch ms). */
  since: number | null
  muted: boolean
  problem: 'denied' | 'noMicrophone' | 'failedCall' | null
  camera: boolean
  screen: boolean
  own: MediaStream | null
  theirs: MediaStream | null
}

export const NO_CALL: CallState = {
  state: 'none',
  since: null,
  muted: false,
  problem: null,
  camera: false,
  screen: false,
  own: null,
  theirs: null,
}

/** What the visitor can do in a call. */
export interface Call {
  start(): Promise<void>
  hangUp(): void
  mute(): void
  camera(): Promise<void>
  screen(): Promise<void>
  heard(frame: CallFrame): void
  /** The server knows us again: a call that went on during a reload is taken up. */
  back(): void
}

export type CallFrame = Extract<ServerToVisitor, { type: 'call.answer' | 'call.state' | 'video.signal' }>

/** Candidates that come later than this are not waited for; the node finds the browser by its own. */
const GATHER_MS = 500

/** Where no way is found, it is tried again at ever longer rests. */
const LONGEST_REST_MS = 8000

/**
 * A call from the page: audio to the voice node, as an ordinary caller's; video straight to the agent's browser. The audio is set up by one offer and one
 * answer; the same again after a reload or a lost network, and the same call goes on.
 */
export function createCall(store: Store<State>, memory: Memory['tab'], say: (frame: VisitorSays) => boolean): Call {
  let peer: RTCPeerConnection | null = null
  let microphone: MediaStream | null = null
  /** Connections that failed since sound last came through. */
  let tries = 0
  let video: Video | null = null
  /** Hung up while the connection was away. */
  let hungUp = false
  const speaker = new Audio()
  const set = (change: Partial<CallState>) => store.set({ call: { ...store.get().call, ...change } })

  async function connect(): Promise<void> {
    peer?.close()
    const next = new RTCPeerConnection({ iceServers: store.get().config.iceServers })
    peer = next
    for (const track of microphone!.getTracks()) next.addTrack(track, microphone!)
    preferG711(next)
    next.ontrack = ({ track, streams }) => {
      speaker.srcObject = streams[0] ?? new MediaStream([track])
      speaker.play().catch(() => {})
    }
    next.onconnectionstatechange = () => {
      if (next !== peer) return
      if (next.connectionState === 'connected') tries = 0
      if (next.connectionState === 'failed')
        setTimeout(() => next === peer && connect().catch(failed), Math.min(500 * 2 ** tries++, LONGEST_REST_MS))
    }
    await next.setLocalDescription()
    await gathered(next)
    if (next !== peer) return
    const frame: VisitorSays = { type: 'call.start', sdp: next.localDescription!.sdp, fields: store.get().fields ?? {} }
    // Where the connection is away, `back` sends it.
    say(frame)
  }

  async function start(): Promise<void> {
    if (store.get().call.state !== 'none') return
    hungUp = false
    set({ ...NO_CALL, state: 'connecting' })
    try {
      microphone = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      })
      memory.set('call', true)
      await connect()
    } catch (error) {
      failed(error)
    }
  }

  function failed(error: unknown): void {
    const { name } = error as Error
    over()
    set({ problem: name === 'NotAllowedError' ? 'denied' : name === 'NotFoundError' ? 'noMicrophone' : 'failedCall' })
  }

  function over(): void {
    memory.set('call', null)
    video?.close()
    video = null
    peer?.close()
    peer = null
    for (const track of microphone?.getTracks() ?? []) track.stop()
    microphone = null
    speaker.srcObject = null
    set(NO_CALL)
  }

  function stands({ state }: Extract<CallFrame, { type: 'call.state' }>): void {
    if (state === 'ended') {
      if (store.get().call.state !== 'none') over()
      return
    }
    if (!peer) {
      if (memory.get('call')) start()
      return
    }
    const since = state === 'waiting' ? null : (store.get().call.since ?? Date.now())
    set({ state, since })
  }

  function videoHere(): Video {
    video ??= createVideo(store.get().config.iceServers, signal => say({ type: 'video.signal', signal }), set)
    return video
  }

  /** The agent's browser ended the pictures, or another agent has the call: what begins next begins anew. */
  function endVideo(): void {
    video?.close()
    video = null
    set({ camera: false, screen: false, own: null, theirs: null })
  }

  return {
    start,
    hangUp() {
      hungUp = !say({ type: 'call.end' })
      over()
    },
    mute() {
      const muted = !store.get().call.muted
      for (const track of microphone?.getAudioTracks() ?? []) track.enabled = !muted
      set({ muted })
    },
    camera: () => videoHere().camera(),
    screen: () => videoHere().screen(),
    heard(frame) {
      if (frame.type === 'call.answer') {
        if (peer?.signalingState === 'have-local-offer')
          peer.setRemoteDescription({ type: 'answer', sdp: frame.sdp }).catch(failed)
      } else if (frame.type === 'call.state') stands(frame)
      else if (frame.signal.kind === 'bye') endVideo()
      else if (peer) videoHere().heard(frame.signal as VideoSignal)
    },
    back() {
      if (hungUp) hungUp = !say({ type: 'call.end' })
      if (peer && peer.connectionState !== 'connected') connect().catch(failed)
    },
  }
}

/** What telephones speak goes through our node as it is. */
function preferG711(peer: RTCPeerConnection): void {
  const known = RTCRtpReceiver.getCapabilities?.('audio')?.codecs ?? []
  const wanted = known.filter(({ mimeType }) => /^audio\/(PCM[AU]|telephone-event)$/i.test(mimeType))
  if (wanted.length > 0) for (const transceiver of peer.getTransceivers()) transceiver.setCodecPreferences?.(wanted)
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise(resolve => {
    const done = () => peer.iceGatheringState === 'complete' && resolve()
    peer.addEventListener('icegatheringstatechange', done)
    done()
    setTimeout(resolve, GATHER_MS)
  })
}
