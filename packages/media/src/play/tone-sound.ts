import { CADENCES, dtmf, type ProgressTone, type Region, renderTones, type Tone } from '../tone/generate.ts'
import { Source } from './source.ts'

/** An endless tone is kept as this much of it: whole periods of every call-progress frequency, so that a loop does not click. */
const ENDLESS_MS = 1000

const made = new Map<string, Source>()

/** Ringback, busy and the other call-progress tones: one cadence, to be played with `loop`. Made once a region. */
export function progressSound(tone: ProgressTone, region: Region = 'europe'): Source {
  return once(`${tone} ${region}`, CADENCES[region][tone])
}

/** Digits as tones. */
export function digitSound(digits: string): Source {
  return once(`digits ${digits}`, dtmf(digits))
}

/** The recording beep and its like. */
export function beepSound(hz = 1400, ms = 200, level = -15): Source {
  return once(`beep ${hz} ${ms} ${level}`, [{ frequencies: [hz], ms, level }])
}

/** Nothing, for so long. */
export function silence(ms: number): Source {
  return new Source('silence', new Int16Array(Math.round(ms * 8)))
}

function once(name: string, tones: readonly Tone[]): Source {
  let sound = made.get(name)
  if (!sound) {
    const finite = tones.map(tone => (Number.isFinite(tone.ms) ? tone : { ...tone, ms: ENDLESS_MS }))
    sound = new Source(name, renderTones(finite))
    // Digits are as many as people press: only the tones of the network are worth keeping.
    if (!name.startsWith('digits')) made.set(name, sound)
  }
  return sound
}
