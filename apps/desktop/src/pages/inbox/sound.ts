import type { Channel } from '@centrala/api/channel.ts'

/**
 * Sounds are made, not played from files: each channel has a short figure of its own, so that an agent knows without
 * looking what is offered. Frequencies in Hz, lengths in seconds.
 */
type Note = [frequency: number, start: number, length: number]

const OFFERS: Record<Channel, { wave: OscillatorType; notes: Note[] }> = {
  chat: {
    wave: 'sine',
    notes: [
      [660, 0, 0.14],
      [880, 0.13, 0.22],
    ],
  },
  email: {
    wave: 'triangle',
    notes: [
      [523, 0, 0.16],
      [392, 0.16, 0.24],
    ],
  },
  // Two strokes of a bell, then a pause: a telephone, and nothing else in the room.
  voice: {
    wave: 'sine',
    notes: [0, 0.09, 0.18, 0.27, 0.36, 0.45, 0.9, 0.99, 1.08, 1.17, 1.26, 1.35].flatMap((start, index): Note[] => [
      [index % 2 === 0 ? 784 : 988, start, 0.13],
    ]),
  },
  form: {
    wave: 'triangle',
    notes: [
      [587, 0, 0.1],
      [587, 0.16, 0.1],
      [784, 0.32, 0.2],
    ],
  },
}
const MESSAGE: { wave: OscillatorType; notes: Note[] } = { wave: 'sine', notes: [[988, 0, 0.09]] }

/** Calls may ring on a speaker of their own; everything else sounds where the system plays. */
let context: AudioContext | undefined
let ringing: AudioContext | undefined
let speaker = ''

/** Rings calls on another speaker than the system's, where the browser lets a page choose. */
export function ringOn(deviceId: string): void {
  speaker = deviceId
  chooseSpeaker()
}

function chooseSpeaker() {
  const choosing = ringing as (AudioContext & { setSinkId?: (id: string) => Promise<void> }) | undefined
  // A speaker that was unplugged: the system's own choice goes on.
  void choosing?.setSinkId?.(speaker).catch(() => undefined)
}

function ready(): { context: AudioContext; ringing: AudioContext } {
  context ??= new AudioContext()
  if (ringing === undefined) {
    ringing = new AudioContext()
    if (speaker !== '') chooseSpeaker()
  }
  return { context, ringing }
}

/** Browsers stay silent until the person has touched the page once; this makes the first touch count. */
export function readySound(): void {
  const wake = () => {
    const { context, ringing } = ready()
    void context.resume()
    void ringing.resume()
  }
  window.addEventListener('pointerdown', wake, { once: true })
  window.addEventListener('keydown', wake, { once: true })
}

function play({ wave, notes }: { wave: OscillatorType; notes: Note[] }, volume: number, context: AudioContext) {
  if (volume <= 0) return
  if (context.state !== 'running') return
  const begin = context.currentTime + 0.02
  for (const [frequency, start, length] of notes) {
    const oscillator = context.createOscillator()
    const gain = context.createGain()
    oscillator.type = wave
    oscillator.frequency.value = frequency
    // A soft attack and a long fall: heard, not startling.
    gain.gain.setValueAtTime(0, begin + start)
    gain.gain.linearRampToValueAtTime(volume * 0.35, begin + start + 0.015)
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + start + length)
    oscillator.connect(gain).connect(context.destination)
    oscillator.start(begin + start)
    oscillator.stop(begin + start + length + 0.02)
  }
}

export const playOffer = (channel: Channel, volume: number): void =>
  play(OFFERS[channel], volume, channel === 'voice' ? ready().ringing : ready().context)
export const playMessage = (volume: number): void => play(MESSAGE, volume * 0.6, ready().context)
