import { openLine } from '@centrala/api/call.ts'
import { ApiError } from '@centrala/api/client.ts'
import { api } from '../api.ts'
import { problemWords } from '../i18n/problem-words.ts'
import { createLineSpeech } from './line-speech.ts'
import { type LineEvent, type LineState, stepLine } from './line-state.ts'
import { createLineWatch, type WatchSample } from './line-watch.ts'
import { judgeLine, type LineQuality, type LineSample } from './quality.ts'

export interface LineView {
  nodeId: string
  lineId: string
  state: LineState
  quality: LineQuality
  /** The browser will not play sound until somebody presses something. */
  soundBlocked: boolean
}

/** What a line is used for. */
export interface LineUse {
  /** Somebody may want to hear me at any moment: an offer rings, a call is on, the microphone is tried. */
  call: boolean
  /** Audio must arrive. */
  audio: boolean
  /** I should be heard. */
  speech: boolean
}

export interface LineSettings {
  nodeId: string
  stream: MediaStream
  iceServers: readonly RTCIceServer[]
  speaker: string
  onChange(): void
}

export interface Line {
  readonly nodeId: string
  readonly lineId: string
  view(): LineView
  start(): void
  stop(): void
  /** Another network, another ICE server, or awake again: open anew without waiting for the failure. */
  renew(): void
  replaceMicrophone(stream: MediaStream): void
  setSpeaker(deviceId: string): void
  /** What goes on now. */
  expect(now: LineUse): void
  /** After the browser refused to play: inside the press of a button. */
  play(): void
}

/** Candidates that take longer are not worth waiting for. */
const GATHER_MS = 500
const SAMPLE_MS = 2000
const WATCH_MS = 400
/** How often it is seen whether the node has begun to send. */
const SPEECH_MS = 50
/** Codecs of telephones; anything else would have to be transcoded. */
const CODECS = /^audio\/(PCMA|PCMU|telephone-event)$/i

/** The same through reloads of this tab: the node takes up the calls of the line it knows. */
function lineIdFor(nodeId: string): string {
  const key = `centrala.line.${nodeId}`
  const known = sessionStorage.getItem(key)
  if (known !== null) return known
  const made = crypto.randomUUID()
  sessionStorage.setItem(key, made)
  return made
}

/** This browser's audio to one voice node: a WebRTC connection that stays open between calls and is opened again when it breaks. */
export function createLine(settings: LineSettings): Line {
  const { nodeId, onChange } = settings
  const lineId = lineIdFor(nodeId)
  let { stream, iceServers } = settings
  let state: LineState = { kind: 'closed' }
  let quality: LineQuality = 'unknown'
  let soundBlocked = false
  let connection: RTCPeerConnection | null = null
  let sender: RTCRtpSender | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let opened = 0
  let samples: LineSample[] = []
  let expected: LineUse = { call: false, audio: false, speech: false }
  let speaks = false
  let heardThen = 0
  const watch = createLineWatch()
  const speech = createLineSpeech()

  const audio = document.createElement('audio')
  audio.autoplay = true
  audio.hidden = true
  audio.dataset.line = nodeId
  document.body.append(audio)

  const play = () => {
    audio.play().then(
      () => setBlocked(false),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') setBlocked(true)
      },
    )
  }
  const setBlocked = (blocked: boolean) => {
    if (soundBlocked === blocked) return
    soundBlocked = blocked
    onChange()
  }

  const happened = (event: LineEvent) => {
    const [next, effects] = stepLine(state, event)
    const changed = next !== state
    state = next
    if (changed) clearTimeout(timer)
    for (const effect of effects) {
      if (effect.do === 'open') void open()
      else if (effect.do === 'close') drop()
      else timer = setTimeout(() => happened({ type: 'timer' }), effect.ms)
    }
    if (changed) onChange()
  }

  /** Puts the microphone on the line, or takes it off. */
  const speak = () => {
    if (sender === null) return
    const sources = connection?.getReceivers()[0]?.getSynchronizationSources() ?? []
    const newest = Math.max(0, ...sources.map(source => source.timestamp))
    const heard = newest !== heardThen
    heardThen = newest
    const next = speech.speaks({ at: performance.now(), wanted: expected.call || expected.audio, heard })
    if (next === speaks) return
    speaks = next
    // The microphone's counters begin anew.
    samples = []
    void sender.replaceTrack(speaks ? (stream.getAudioTracks()[0] ?? null) : null).catch(() => undefined)
  }

  const drop = () => {
    opened++
    connection?.close()
    connection = null
    sender = null
    samples = []
    quality = 'unknown'
  }

  async function open() {
    drop()
    const mine = opened
    const current = () => mine === opened
    const made = new RTCPeerConnection({ iceServers: [...iceServers], bundlePolicy: 'max-bundle' })
    connection = made
    made.addEventListener('track', event => {
      audio.srcObject = new MediaStream([event.track])
      play()
    })
    made.addEventListener('connectionstatechange', () => {
      if (!current()) return
      watch.reset()
      if (made.connectionState === 'connected') happened({ type: 'connected' })
      else if (made.connectionState === 'disconnected') happened({ type: 'interrupted' })
      else if (made.connectionState === 'failed') happened({ type: 'failed', problem: null, final: false })
    })
    try {
      const track = stream.getAudioTracks()[0]
      const transceiver = made.addTransceiver(track ?? 'audio', { direction: 'sendrecv', streams: [stream] })
      sender = transceiver.sender
      speaks = true
      const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs.filter(codec => CODECS.test(codec.mimeType)) ?? []
      // A-law first: what European networks speak.
      codecs.sort((a, b) => Number(/pcma/i.test(b.mimeType)) - Number(/pcma/i.test(a.mimeType)))
      if (codecs.length > 0) transceiver.setCodecPreferences(codecs)
      await made.setLocalDescription()
      await gathered(made)
      const sdp = made.localDescription?.sdp
      if (!current() || sdp === undefined) return
      const answer = await api.call(openLine, { body: { lineId, nodeId, sdp } })
      if (!current()) return
      await made.setRemoteDescription({ type: 'answer', sdp: answer.sdp })
    } catch (error) {
      if (!current()) return
      const final = error instanceof ApiError && [400, 403, 422].includes(error.status)
      happened({ type: 'failed', problem: problemWords(error), final })
    }
  }

  async function look() {
    const looked = connection
    if (looked === null || looked.connectionState !== 'connected') return
    const sample = readSample(await looked.getStats())
    if (looked !== connection) return
    samples = [...samples.filter(one => sample.at - one.at < 14_000), sample]
    const next = judgeLine(samples, expected.speech)
    if (next === quality) return
    quality = next
    onChange()
  }
  /** Whether the line is cut, sooner than the browser says so. */
  async function listen() {
    const looked = connection
    if (!expected.audio || looked === null || looked.connectionState !== 'connected') return
    const sample = readWatch(await looked.getStats())
    if (looked !== connection || !expected.audio) return
    if (watch.see(sample)) {
      watch.reset()
      happened({ type: 'network' })
    }
  }
  let sampling: ReturnType<typeof setInterval> | undefined
  let speaking: ReturnType<typeof setInterval> | undefined
  let watching: ReturnType<typeof setInterval> | undefined

  return {
    nodeId,
    lineId,
    view: () => ({ nodeId, lineId, state, quality, soundBlocked }),
    play,
    start: () => {
      sampling ??= setInterval(() => void look(), SAMPLE_MS)
      watching ??= setInterval(() => void listen(), WATCH_MS)
      speaking ??= setInterval(speak, SPEECH_MS)
      happened({ type: 'start' })
    },
    stop: () => {
      clearInterval(sampling)
      clearInterval(watching)
      clearInterval(speaking)
      clearTimeout(timer)
      happened({ type: 'stop' })
      audio.remove()
    },
    renew: () => happened({ type: 'network' }),
    replaceMicrophone: next => {
      stream = next
      if (speaks) void sender?.replaceTrack(next.getAudioTracks()[0] ?? null).catch(() => undefined)
    },
    setSpeaker: deviceId => {
      if ('setSinkId' in audio) void audio.setSinkId(deviceId).catch(() => undefined)
    },
    expect: now => {
      if (now.audio !== expected.audio) watch.reset()
      expected = now
      speak()
    },
  }
}

/** Resolves when all candidates are there, or after `GATHER_MS` with those that are. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === 'complete') return Promise.resolve()
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      connection.removeEventListener('icegatheringstatechange', check)
      resolve()
    }
    const check = () => connection.iceGatheringState === 'complete' && done()
    const timer = setTimeout(done, GATHER_MS)
    connection.addEventListener('icegatheringstatechange', check)
  })
}

interface Stat {
  type: string
  kind?: string
  packetsReceived?: number
  packetsLost?: number
  jitter?: number
  roundTripTime?: number
  fractionLost?: number
  totalAudioEnergy?: number
  nominated?: boolean
  state?: string
  requestsSent?: number
  consentRequestsSent?: number
  responsesReceived?: number
}

function readWatch(report: RTCStatsReport): WatchSample {
  let packetsReceived = 0
  let checksSent: number | null = null
  let checksAnswered: number | null = null
  report.forEach((stat: Stat) => {
    if (stat.type === 'inbound-rtp') packetsReceived += stat.packetsReceived ?? 0
    if (stat.type !== 'candidate-pair' || !stat.nominated || stat.responsesReceived === undefined) return
    checksSent = (checksSent ?? 0) + (stat.requestsSent ?? 0) + (stat.consentRequestsSent ?? 0)
    checksAnswered = (checksAnswered ?? 0) + stat.responsesReceived
  })
  return { at: performance.now(), packetsReceived, checksSent, checksAnswered }
}

/** W3C webrtc-stats: what arrives (inbound-rtp), what the other side says of ours (remote-inbound-rtp), and the microphone (media-source). */
function readSample(report: RTCStatsReport): LineSample {
  const found = new Map<string, Stat>()
  report.forEach((stat: Stat) => {
    if (stat.kind === 'audio') found.set(stat.type, stat)
  })
  const [inbound, remote, source] = ['inbound-rtp', 'remote-inbound-rtp', 'media-source'].map(type => found.get(type))
  return {
    at: Date.now(),
    packetsReceived: inbound?.packetsReceived ?? 0,
    packetsLost: inbound?.packetsLost ?? 0,
    jitterMs: (inbound?.jitter ?? 0) * 1000,
    roundTripMs: remote?.roundTripTime === undefined ? null : remote.roundTripTime * 1000,
    lostOutShare: remote?.fractionLost ?? null,
    microphoneEnergy: source?.totalAudioEnergy ?? null,
  }
}
