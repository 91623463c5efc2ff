import { Source } from '@centrala/media/play/source.ts'

const RATE = 8000
const BEAT_MS = 600
/** A calm progression (C, A minor, F, G) as broken chords, in Hz. */
const CHORDS = [
  [261.63, 329.63, 392.0, 523.25],
  [220.0, 261.63, 329.63, 440.0],
  [174.61, 220.0, 261.63, 349.23],
  [196.0, 246.94, 293.66, 392.0],
] as const

/** The house's own music on hold: made, not borrowed, so that no licence is owed. Its end joins its beginning. */
export function houseMusic(): Source {
  const beat = (RATE * BEAT_MS) / 1000
  const notes = CHORDS.flatMap(chord => [0, 1, 2, 3, 2, 1, 2, 3].map(index => chord[index] ?? 0))
  const out = new Float32Array(notes.length * beat)
  notes.forEach((frequency, at) => {
    // Each note rings on over the next ones, round the end.
    for (let i = 0; i < beat * 4; i++) {
      const t = i / RATE
      const swell = Math.min(1, i / 80) * Math.exp(-t * 2.2)
      const value = swell * (Math.sin(2 * Math.PI * frequency * t) + 0.25 * Math.sin(4 * Math.PI * frequency * t))
      const place = (at * beat + i) % out.length
      out[place] = (out[place] ?? 0) + value
    }
  })
  return new Source(
    'house music',
    Int16Array.from(out, value => Math.round(value * 3200)),
  )
}
