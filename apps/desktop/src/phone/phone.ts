import { closeLine, type Phone } from '@centrala/api/call.ts'
import { useSyncExternalStore } from 'react'
import { api, queries } from '../api.ts'
import { keep } from '../keep.ts'
import { phoneQuery } from './calls.ts'
import { chosenDevices, onDevicesChosen } from './devices.ts'
import { createLine, type Line, type LineUse, type LineView } from './line.ts'
import { type MicrophoneProblem, microphonePermission, openMicrophone } from './microphone.ts'

/**
 * This tab's phone: the microphone, and one line to each voice node. Only one tab of a browser has it (a Web Lock says which), since two would
 * both ring and both be heard.
 */
export type PhoneAudio =
  /** Nobody has asked for the microphone yet. */
  | { kind: 'off' }
  /** Another tab has the phone; this one takes over when that closes. */
  | { kind: 'elsewhere' }
  | { kind: 'asking' }
  | { kind: 'blocked'; why: MicrophoneProblem }
  | { kind: 'on' }

export interface PhoneView {
  audio: PhoneAudio
  lines: readonly LineView[]
  muted: boolean
}

const LOCK = 'centrala.phone'
/** `off` when somebody has disconnected on purpose: then a reload does not connect again. */
const WISH_KEY = 'centrala.phone'

/** Of this tab: it had the phone. What somebody allows in Firefox without letting it remember is never called granted, though it is given to a tab again that has just had it. */
const HAD_KEY = 'centrala.phone'

/** Of this tab: whoever was muted before a reload still is, and sees it. */
const MUTED_KEY = 'centrala.muted'

let view: PhoneView = { audio: { kind: 'off' }, lines: [], muted: sessionStorage.getItem(MUTED_KEY) === 'on' }
let known: Phone | null = null
let stream: MediaStream | null = null
let leaveLock: (() => void) | null = null
/** Grows with each wish for the lock: an older one that is granted late means nothing. */
let asked = 0
let expected: (nodeId: string) => LineUse = () => ({ call: false, audio: false, speech: false })
/** The microphone is being tried. */
let trying = false
const lines = new Map<string, Line>()
const listeners = new Set<() => void>()

function change(next: Partial<PhoneView> = {}) {
  view = { ...view, ...next, lines: [...lines.values()].map(line => line.view()) }
  for (const listener of listeners) listener()
}

export const phoneView = (): PhoneView => view
export const usePhone = (): PhoneView =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => view,
  )
/** The microphone's stream while the phone is on, for a level meter. */
export const phoneStream = (): MediaStream | null => stream

/** The line to a node, or any that is open: what commands name so that audio comes to this tab. */
export function openLineId(nodeId?: string): string | null {
  const open = view.lines.filter(line => line.state.kind === 'open' || line.state.kind === 'shaky')
  return (open.find(line => line.nodeId === nodeId) ?? (nodeId === undefined ? open[0] : undefined))?.lineId ?? null
}

/** Opens the phone without being asked where the microphone has been allowed before, or this tab had the phone, and nobody has switched it off. */
export async function resumePhone(): Promise<void> {
  if (view.audio.kind !== 'off' || localStorage.getItem(WISH_KEY) === 'off') return
  if (sessionStorage.getItem(HAD_KEY) === 'on' || (await microphonePermission()) === 'granted') connectPhone()
}

/** Asks for the microphone and opens the lines. `here`: takes the phone from the tab that has it. */
export function connectPhone(here = false): void {
  keep(WISH_KEY, 'on')
  // Where there are no locks (an old browser), each tab minds itself.
  if (leaveLock !== null || !('locks' in navigator)) return void turnOn()
  const mine = ++asked
  change({ audio: { kind: 'asking' } })
  const slow = setTimeout(() => mine === asked && leaveLock === null && change({ audio: { kind: 'elsewhere' } }), 250)
  navigator.locks
    .request(LOCK, here ? { steal: true } : {}, () => {
      clearTimeout(slow)
      if (mine !== asked) return
      void turnOn()
      return new Promise<void>(resolve => {
        leaveLock = resolve
      })
    })
    .catch(() => {
      // Another tab has taken it; when that closes, this one has it again.
      if (mine !== asked) return
      leaveLock = null
      turnOff()
      connectPhone()
    })
}

async function turnOn(): Promise<void> {
  change({ audio: { kind: 'asking' } })
  const answer = await openMicrophone(chosenDevices().microphone)
  if (!answer.ok) {
    if (answer.why === 'denied') sessionStorage.removeItem(HAD_KEY)
    return change({ audio: { kind: 'blocked', why: answer.why } })
  }
  useStream(answer.stream)
  sessionStorage.setItem(HAD_KEY, 'on')
  change({ audio: { kind: 'on' } })
  keepLines()
}

function useStream(next: MediaStream) {
  const before = stream
  stream = next
  const [track] = next.getAudioTracks()
  if (track) {
    track.enabled = !view.muted
    // Unplugged: the system's next microphone, or the words that say there is none.
    track.addEventListener('ended', () => stream === next && void turnOn())
  }
  for (const line of lines.values()) line.replaceMicrophone(next)
  for (const old of before?.getTracks() ?? []) old.stop()
}

/** Closes lines and microphone, in this tab only. */
function turnOff() {
  for (const line of lines.values()) line.stop()
  lines.clear()
  const tracks = stream?.getTracks() ?? []
  stream = null
  for (const track of tracks) track.stop()
  change({ audio: { kind: 'off' } })
}

/** Gives the phone up: another tab may have it. */
function leave() {
  asked++
  turnOff()
  leaveLock?.()
  leaveLock = null
}

/** The person does not want to be called in this browser. */
export function disconnectPhone(): void {
  keep(WISH_KEY, 'off')
  sessionStorage.removeItem(HAD_KEY)
  const ids = [...lines.values()].map(line => line.lineId)
  leave()
  for (const id of ids) void api.call(closeLine, { params: { id } }).catch(() => undefined)
}

/** What the server says of nodes: a line for each that is connected, none for one that has gone. */
export function learnPhone(phone: Phone): void {
  const before = known
  known = phone
  keepLines()
  if (before !== null && JSON.stringify(before.iceServers) !== JSON.stringify(phone.iceServers))
    for (const line of lines.values()) if (line.view().state.kind !== 'open') line.renew()
}

function keepLines() {
  if (view.audio.kind !== 'on' || stream === null || known === null) return
  const wanted = new Set(known.nodes.filter(node => node.connected).map(node => node.nodeId))
  // A node whose link to the server is down may still carry the audio: only a dead line goes.
  for (const [nodeId, line] of lines)
    if (!wanted.has(nodeId) && line.view().state.kind !== 'open') {
      line.stop()
      lines.delete(nodeId)
    }
  for (const nodeId of wanted) {
    let line = lines.get(nodeId)
    if (line === undefined) {
      line = createLine({
        nodeId,
        stream,
        iceServers: known.iceServers.map(toIceServer),
        speaker: chosenDevices().speaker,
        onChange: change,
      })
      line.setSpeaker(chosenDevices().speaker)
      line.expect(useOf(nodeId))
      lines.set(nodeId, line)
    }
    line.start()
  }
  change()
}

/** Without the fields that are missing: browsers refuse `username: undefined`. */
export function toIceServer({ urls, username, credential }: Phone['iceServers'][number]): RTCIceServer {
  return { urls, ...(username === undefined ? {} : { username }), ...(credential === undefined ? {} : { credential }) }
}

function useOf(nodeId: string): LineUse {
  const use = expected(nodeId)
  return trying ? { ...use, call: true } : use
}

/** Tells the lines what goes on, so that they know when to speak, and when silence is a fault. */
export function expectAudio(of: typeof expected): void {
  expected = of
  for (const line of lines.values()) line.expect(useOf(line.nodeId))
}

/** Somebody wants to hear themselves: the lines speak though there is no call. */
export function tryMicrophone(on: boolean): void {
  trying = on
  for (const line of lines.values()) line.expect(useOf(line.nodeId))
}

/** Silences the microphone here at once; the server is told by the caller. */
export function setMuted(muted: boolean): void {
  for (const track of stream?.getAudioTracks() ?? []) track.enabled = !muted
  sessionStorage.setItem(MUTED_KEY, muted ? 'on' : 'off')
  change({ muted })
}

/** After the browser refused to play sound: inside the press of a button. */
export function playSound(): void {
  for (const line of lines.values()) line.play()
}

/** Follows device choices, networks and sleep while somebody is signed in. Returns the way to stop. */
export function followWorld(): () => void {
  const renew = () => {
    void queries.invalidateQueries({ queryKey: phoneQuery.queryKey })
    for (const line of lines.values()) line.renew()
  }
  const wake = () => {
    if (document.visibilityState !== 'visible') return
    for (const line of lines.values()) if (line.view().state.kind === 'lost') line.renew()
  }
  const plugged = () => {
    if (view.audio.kind === 'blocked' && view.audio.why !== 'denied' && navigator.mediaDevices) void turnOn()
  }
  let { microphone } = chosenDevices()
  const stopDevices = onDevicesChosen(devices => {
    for (const line of lines.values()) line.setSpeaker(devices.speaker)
    if (devices.microphone === microphone) return
    microphone = devices.microphone
    if (view.audio.kind === 'on' || view.audio.kind === 'blocked') void turnOn()
  })
  window.addEventListener('online', renew)
  document.addEventListener('visibilitychange', wake)
  navigator.mediaDevices?.addEventListener('devicechange', plugged)
  return () => {
    stopDevices()
    window.removeEventListener('online', renew)
    document.removeEventListener('visibilitychange', wake)
    navigator.mediaDevices?.removeEventListener('devicechange', plugged)
    leave()
  }
}
