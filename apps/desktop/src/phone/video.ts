import type { VideoSignal } from '@centrala/api/webchat.ts'
import { useSyncExternalStore } from 'react'
import { sendVideo } from '../live/live.ts'

/** Pictures between my browser and the visitor's, beside a call from the website. Sound goes by the line as in every call. */
export interface VideoView {
  callId: string
  showing: 'camera' | 'screen' | null
  own: MediaStream | null
  theirs: MediaStream | null
  problem: 'denied' | 'failed' | null
}

interface Session {
  view: VideoView
  show(what: 'camera' | 'screen'): Promise<void>
  hear(signal: VideoSignal): Promise<void>
  close(): void
}

let session: Session | null = null
const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}

export const useVideo = (): VideoView | null =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => session?.view ?? null,
  )

/** Opens the panel of a call; nothing is shown to the visitor by that. */
export function openVideo(callId: string, iceServers: RTCIceServer[]): void {
  if (session?.view.callId === callId) return
  closeVideo()
  session = startSession(callId, iceServers)
  changed()
}

/** Ends the pictures on both sides; the call goes on. */
export function closeVideo(): void {
  if (session === null) return
  const ending = session
  session = null
  ending.close()
  sendVideo(ending.view.callId, { kind: 'bye' })
  changed()
}

export const showVideo = (what: 'camera' | 'screen'): void => void session?.show(what)

/** What the visitor's browser says; the first word of it opens the panel. */
export function hearVideo(callId: string, signal: VideoSignal, iceServers: RTCIceServer[]): void {
  if (signal.kind === 'bye') {
    if (session?.view.callId !== callId) return
    session.close()
    session = null
    changed()
    return
  }
  openVideo(callId, iceServers)
  void session?.hear(signal)
}

/** W3C WebRTC 1.0, 10.7 ("perfect negotiation"): both may offer at once; the visitor is the polite one, so that ours holds. */
function startSession(callId: string, iceServers: RTCIceServer[]): Session {
  const peer = new RTCPeerConnection({ iceServers })
  let sender: RTCRtpSender | null = null
  let offering = false
  let ignored = false
  let view: VideoView = { callId, showing: null, own: null, theirs: null, problem: null }
  const set = (next: Partial<VideoView>) => {
    view = { ...view, ...next }
    if (session === made) changed()
  }
  const say = (signal: VideoSignal) => sendVideo(callId, signal)
  const describe = async () => {
    await peer.setLocalDescription()
    const description = peer.localDescription
    if (description?.type === 'offer' || description?.type === 'answer')
      say({ kind: 'description', type: description.type, sdp: description.sdp })
  }
  peer.addEventListener('negotiationneeded', async () => {
    offering = true
    // A connection that is closed meanwhile has nothing to offer.
    await describe().catch(() => undefined)
    offering = false
  })
  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate === null) return
    const { sdpMid, sdpMLineIndex } = candidate
    say({ kind: 'candidate', candidate: candidate.candidate, sdpMid, sdpMLineIndex })
  })
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'failed') {
      set({ problem: 'failed' })
      peer.restartIce()
    } else if (peer.connectionState === 'connected') set({ problem: null })
  })
  peer.addEventListener('track', ({ track, streams }) => {
    const stream = streams[0] ?? new MediaStream([track])
    set({ theirs: stream })
    track.addEventListener('unmute', () => set({ theirs: stream }))
    track.addEventListener('ended', () => set({ theirs: null }))
  })

  const take = (what: 'camera' | 'screen'): Promise<MediaStream> =>
    what === 'camera'
      ? navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } } })
      : navigator.mediaDevices.getDisplayMedia({ video: true })

  const made: Session = {
    get view() {
      return view
    },
    async show(what) {
      let next: MediaStream | null = null
      if (view.showing !== what) {
        try {
          next = await take(what)
        } catch (error) {
          // Whoever closes the browser's choice of screens has changed their mind: nothing to say.
          const denied = error instanceof DOMException && error.name === 'NotAllowedError'
          if (what === 'camera' || !denied) set({ problem: 'denied' })
          return
        }
      }
      for (const track of view.own?.getTracks() ?? []) track.stop()
      const track = next?.getVideoTracks()[0] ?? null
      // "Stop sharing" in the browser's own bar.
      track?.addEventListener('ended', () => view.own === next && void made.show(what))
      if (sender) await sender.replaceTrack(track)
      else if (track && next) sender = peer.addTrack(track, next)
      set({ own: next, showing: next ? what : null, problem: null })
      say({ kind: 'showing', video: next !== null && what === 'camera', screen: next !== null && what === 'screen' })
    },
    async hear(signal) {
      try {
        if (signal.kind === 'description' && signal.type !== 'rollback') {
          ignored = signal.type === 'offer' && (offering || peer.signalingState !== 'stable')
          if (ignored) return
          await peer.setRemoteDescription({ type: signal.type, sdp: signal.sdp })
          if (signal.type === 'offer') await describe()
        } else if (signal.kind === 'candidate') {
          const { candidate, sdpMid, sdpMLineIndex } = signal
          await peer.addIceCandidate({ candidate, sdpMid, sdpMLineIndex })
        } else if (signal.kind === 'showing' && !signal.video && !signal.screen) set({ theirs: null })
      } catch {
        // Candidates of an offer that was not taken; what follows sets it right.
        if (!ignored) set({ problem: 'failed' })
      }
    },
    close() {
      for (const track of view.own?.getTracks() ?? []) track.stop()
      peer.close()
    },
  }
  return made
}
