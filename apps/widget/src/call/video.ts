import type { VideoSignal } from '@centrala/api/webchat.ts'

/** Pictures between two browsers, beside the call. Either side may begin and end at any time. */
export interface Video {
  camera(): Promise<void>
  screen(): Promise<void>
  heard(signal: VideoSignal): void
  close(): void
}

interface Shown {
  camera: boolean
  screen: boolean
  own: MediaStream | null
  theirs: MediaStream | null
}

/**
 * Negotiated "perfectly" (W3C WebRTC 1.0, 10.7): both may offer at once; the visitor is the polite one, who takes back the own offer. One picture each: the screen takes
 * the camera's place.
 */
export function createVideo(
  iceServers: RTCIceServer[],
  say: (signal: VideoSignal) => void,
  changed: (shown: Partial<Shown>) => void,
): Video {
  const peer = new RTCPeerConnection({ iceServers })
  let own: MediaStream | null = null
  let sender: RTCRtpSender | null = null
  let kind: 'camera' | 'screen' | null = null

  const describe = async () => {
    await peer.setLocalDescription()
    const { type, sdp } = peer.localDescription!
    say({ kind: 'description', type: type as 'offer' | 'answer', sdp })
  }
  peer.onnegotiationneeded = () => void describe().catch(() => {})
  peer.onicecandidate = ({ candidate }) => {
    if (candidate)
      say({
        kind: 'candidate',
        candidate: candidate.candidate,
        sdpMid: candidate.sdpMid,
        sdpMLineIndex: candidate.sdpMLineIndex,
      })
  }
  peer.ontrack = ({ track, streams }) => {
    const stream = streams[0] ?? new MediaStream([track])
    changed({ theirs: stream })
    track.onended = track.onmute = () => changed({ theirs: null })
    track.onunmute = () => changed({ theirs: stream })
  }

  async function show(next: 'camera' | 'screen'): Promise<void> {
    const taken =
      kind === next
        ? null
        : next === 'camera'
          ? await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } }).catch(() => undefined)
          : await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => undefined)
    if (taken === undefined) return // not allowed, or thought better of it
    for (const track of own?.getTracks() ?? []) track.stop()
    own = taken
    kind = taken ? next : null
    const [track] = taken?.getVideoTracks() ?? []
    if (track) track.onended = () => kind === next && show(next)
    if (sender) await sender.replaceTrack(track ?? null)
    else if (track && taken) sender = peer.addTrack(track, taken)
    changed({ own, camera: kind === 'camera', screen: kind === 'screen' })
    say({ kind: 'showing', video: kind === 'camera', screen: kind === 'screen' })
  }

  return {
    camera: () => show('camera'),
    screen: () => show('screen'),
    async heard(signal) {
      try {
        if (signal.kind === 'description' && signal.type !== 'rollback') {
          await peer.setRemoteDescription({ type: signal.type, sdp: signal.sdp })
          if (signal.type === 'offer') await describe()
        } else if (signal.kind === 'candidate') await peer.addIceCandidate({ ...signal })
        else if (signal.kind === 'showing' && !signal.video && !signal.screen) changed({ theirs: null })
      } catch {
        // of an offer taken back meanwhile: what follows sets it right
      }
    },
    close() {
      for (const track of own?.getTracks() ?? []) track.stop()
      say({ kind: 'bye' })
      peer.close()
    },
  }
}
