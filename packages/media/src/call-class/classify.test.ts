import { expect, test } from 'vitest'
import { CADENCES, cng, dtmf, renderTones, type Tone, ToneGenerator } from '../tone/generate.ts'
import { speechLike } from '../tone/speech-like.ts'
import { TtyModulator } from '../tty/modulate.ts'
import { Classifier, type Detection } from './classify.ts'

const pause = (ms: number): Tone => ({ frequencies: [], ms })

function classify(classifier: Classifier, ...parts: Int16Array[]): Detection[] {
  const pcm = new Int16Array(Math.ceil(parts.reduce((sum, part) => sum + part.length, 0) / 160) * 160)
  let at = 0
  for (const part of parts) {
    pcm.set(part, at)
    at += part.length
  }
  const found: Detection[] = []
  for (let i = 0; i < pcm.length; i += 160) found.push(...classifier.process(pcm.subarray(i, i + 160)))
  return found
}

function repeat(tones: readonly Tone[], ms: number): Int16Array {
  const pcm = new Int16Array(ms * 8)
  new ToneGenerator(tones, { repeat: true }).render(pcm)
  return pcm
}

test('a call that rings twice and is answered by a machine: ringing, voice, silence, beep, with where', () => {
  const ringing = repeat(CADENCES.europe.ringback, 10_000)
  const found = classify(new Classifier({ listen: ['progress'], region: 'europe' }), ringing)
  expect(found).toEqual([{ kind: 'ringback', atMs: expect.closeTo(2030, -2) }])
  const answered = new Classifier({ listen: ['voice', 'beep'], silenceMs: 800 })
  const kinds = classify(
    answered,
    speechLike(6),
    renderTones([pause(900), { frequencies: [1000], ms: 400 }, pause(1500)]),
  )
  expect(kinds.map(({ kind }) => kind)).toEqual(['voice', 'silence', 'beep'])
  expect(kinds[0]!.atMs).toBeLessThan(1500)
  expect(kinds[2]!.atMs).toBeGreaterThan(7300)
  expect(kinds[2]!.atMs).toBeLessThan(7420)
})

test('busy, fax, digits and a text telephone are told apart though all are listened for', () => {
  const all = (): Classifier => new Classifier({ listen: ['progress', 'fax', 'tty', 'dtmf'] })
  const kinds = (...parts: Int16Array[]): string[] => classify(all(), ...parts).map(({ kind }) => kind)
  expect(kinds(repeat(CADENCES.northAmerica.busy, 4000))).toEqual(['busy'])
  expect(kinds(repeat(cng(), 5000))).toEqual(['fax', 'fax'])
  const digits = classify(all(), renderTones([pause(100), ...dtmf('19#', { toneMs: 60, gapMs: 60 })]))
  expect(digits.map(found => found.kind === 'dtmf' && found.digit)).toEqual(['1', '9', '#'])
  expect(digits[0]!.atMs).toBeLessThanOrEqual(140)
  const modulator = new TtyModulator()
  modulator.write('HELLO GA')
  const tones: number[] = []
  const frame = new Int16Array(160)
  while (modulator.render(frame)) tones.push(...frame)
  const text = classify(all(), speechLike(2), Int16Array.from(tones))
  expect(text.every(({ kind }) => kind === 'tty')).toBe(true)
  expect(text.map(found => found.kind === 'tty' && found.text).join('')).toBe('HELLO GA')
})

test('only what is listened for is heard, and that may change in the call', () => {
  const classifier = new Classifier({ listen: [] })
  const digit = renderTones([...dtmf('5'), pause(100)])
  expect(classify(classifier, digit)).toEqual([])
  classifier.listen(['dtmf'])
  expect(classify(classifier, digit)).toMatchObject([{ kind: 'dtmf', digit: '5', atMs: expect.closeTo(340, -2) }])
  classifier.listen([])
  expect(classify(classifier, digit)).toEqual([])
})

test('after minutes of silence the detectors are as awake as before', () => {
  const classifier = new Classifier({ listen: ['dtmf', 'tty', 'fax'] })
  classify(classifier, new Int16Array(8000 * 120))
  expect(classify(classifier, renderTones([pause(7), ...dtmf('8', { toneMs: 40 })]))).toMatchObject([
    { kind: 'dtmf', digit: '8' },
  ])
})

test('counting may begin anew: silence is told again, from there', () => {
  const classifier = new Classifier({ listen: ['voice'], silenceMs: 500 })
  expect(classify(classifier, new Int16Array(8000 * 3))).toEqual([{ kind: 'silence', atMs: 500, ms: 500, voiceMs: 0 }])
  classifier.since()
  expect(classify(classifier, new Int16Array(8000))).toEqual([{ kind: 'silence', atMs: 500, ms: 500, voiceMs: 0 }])
})
