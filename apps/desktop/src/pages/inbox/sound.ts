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

/** Where sounds come out. The browser gives a context up when its audio device fails: the next sound gets a new one. */
class Speaker {
  #context: AudioContext | undefined
  #deviceId = ''

  /** Another device than the system's own choice, where the browser lets a page choose. */
  choose(deviceId: string): void {
    this.#deviceId = deviceId
    if (this.#context) this.#route(this.#context)
  }

  /** @returns the context, running; null as long as the person has not touched the page, when browsers allow no sound */
  async running(): Promise<AudioContext | null> {
    if (!navigator.userActivation.hasBeenActive) return null
    this.#context ??= this.#open()
    const context = this.#context
    try {
      await context.resume()
      return context
    } catch {
      this.#drop(context)
      return null
    }
  }

  #open(): AudioContext {
    const context = new AudioContext()
    context.addEventListener('error', () => this.#drop(context))
    if (this.#deviceId !== '') this.#route(context)
    return context
  }

  #drop(context: AudioContext): void {
    if (this.#context === context) this.#context = undefined
    void context.close().catch(() => undefined)
  }

  #route(context: AudioContext & { setSinkId?: (id: string) => Promise<void> }): void {
    // A device that was unplugged: the system's own choice goes on.
    void context.setSinkId?.(this.#deviceId).catch(() => undefined)
  }
}

/** Calls may ring on a device of their own; everything else sounds where the system plays. */
const calls = new Speaker()
const others = new Speaker()

/** Rings calls on this device. */
export const ringOn = (deviceId: string): void => calls.choose(deviceId)

/** Browsers stay silent until the person has touched the page once; this makes the first touch count. */
export function readySound(): void {
  const wake = () => {
    void calls.running()
    void others.running()
  }
  window.addEventListener('pointerdown', wake, { once: true })
  window.addEventListener('keydown', wake, { once: true })
}

async function play({ wave, notes }: { wave: OscillatorType; notes: Note[] }, volume: number, speaker: Speaker) {
  if (volume <= 0) return
  const context = await speaker.running()
  if (!context) return
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
  void play(OFFERS[channel], volume, channel === 'voice' ? calls : others)
export const playMessage = (volume: number): void => void play(MESSAGE, volume * 0.6, others)
