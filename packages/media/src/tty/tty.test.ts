import { expect, test } from 'vitest'
import { ALAW_TO_LINEAR, LINEAR_TO_ALAW, LINEAR_TO_ULAW, ULAW_TO_LINEAR } from '../codec/g711.ts'
import { amplitudeOf } from '../level/level.ts'
import { renderTones, sit } from '../tone/generate.ts'
import { TtyDemodulator } from './demodulate.ts'
import { type Baud, TtyModulator } from './modulate.ts'

const TEXT =
  'HELLO, THIS IS 1-800 555 0199 GA\nTHE QUICK BROWN FOX JUMPS OVER THE LAZY DOG (2 + 3 = 5) "YES" $4.50; OK? SK!'

function noise(seed: number): () => number {
  let state = seed
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  return () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
}

function speak(text: string, options: { baud?: Baud; level?: number } = {}): Int16Array {
  const modulator = new TtyModulator(options)
  modulator.write(text)
  const samples: number[] = new Array(1600).fill(0)
  const frame = new Int16Array(160)
  while (modulator.render(frame)) samples.push(...frame)
  return Int16Array.from([...samples, ...new Array(4000).fill(0)])
}

function read(pcm: Int16Array, demodulator = new TtyDemodulator()): string {
  let text = ''
  for (let i = 0; i < pcm.length; i += 160) text += demodulator.process(pcm.subarray(i, i + 160))
  return text
}

/** A line: another clock, noise, G.711. */
function line(pcm: Int16Array, { clock = 1, level = -10, snr = 60, law = 'ulaw' }): Int16Array {
  const gauss = noise(7)
  const sigma = amplitudeOf(level) / Math.SQRT2 / 10 ** (snr / 20)
  return Int16Array.from({ length: Math.floor((pcm.length - 2) / clock) }, (_, i) => {
    const at = i * clock
    const before = pcm[Math.floor(at)]!
    const sample = Math.round(before + (pcm[Math.floor(at) + 1]! - before) * (at % 1) + gauss() * sigma) & 0xffff
    return law === 'ulaw' ? ULAW_TO_LINEAR[LINEAR_TO_ULAW[sample]!]! : ALAW_TO_LINEAR[LINEAR_TO_ALAW[sample]!]!
  })
}

const lines = ([45.45, 50] as const).flatMap(baud =>
  [-10, -30, -38].flatMap(level =>
    [0.98, 1, 1.02].flatMap(clock => [60, 15, 12].map(snr => ({ baud, level, clock, snr }))),
  ),
)

test.each(lines)(
  'no character is lost: $baud baud, $level dBm0, clock × $clock, $snr dB over noise, G.711, baud found',
  ({ baud, ...rest }) => {
    const pcm = speak(TEXT, { baud, level: rest.level })
    for (const law of ['ulaw', 'alaw']) {
      const demodulator = new TtyDemodulator()
      expect(read(line(pcm, { ...rest, law }), demodulator)).toBe(TEXT)
      expect(demodulator.baud).toBe(baud)
    }
  },
)

test('signs that Baudot lacks are written with what it has, in any language', () => {
  expect(read(speak('Šta radiš, Đuro? Müller & Söhne, 50% @ “ok” 100€ 🙂'))).toBe(
    'STA RADIS, DURO? MULLER + SOHNE, 50/ (AT) "OK" 100EUR ?',
  )
})

test('an erasure and a new line come through', () => {
  expect(read(speak('ABC\b\nD\r\nE'))).toBe('ABC\b\nD\nE')
})

test('the sender leaves the line to the voice when it has nothing to say, and begins each stretch with its shift', () => {
  const modulator = new TtyModulator()
  const frame = new Int16Array(160).fill(1234)
  expect(modulator.render(frame)).toBe(false)
  expect(frame.every(sample => sample === 1234)).toBe(true)
  const demodulator = new TtyDemodulator()
  let text = ''
  for (const word of ['ONE 1', '22']) {
    modulator.write(word)
    while (modulator.render(frame)) text += demodulator.process(frame)
    expect(modulator.idle).toBe(true)
    // Voice carry-over: while somebody speaks, nothing is typed and the carrier is off.
    const voice = renderTones([{ frequencies: [180, 360, 540, 2400], ms: 800, level: -18 }])
    text += read(voice, demodulator)
    expect(demodulator.carrier).toBe(false)
  }
  expect(text).toBe('ONE 122')
})

test('the carrier is on while text comes in and off 0.3 s after it', () => {
  const demodulator = new TtyDemodulator()
  const pcm = speak('HELLO')
  let on = 0
  for (let i = 0; i < pcm.length; i += 160) {
    demodulator.process(pcm.subarray(i, i + 160))
    if (demodulator.carrier) on += 20
  }
  expect(on).toBeGreaterThan(700)
  expect(demodulator.carrier).toBe(false)
})

test('text appended while sending goes on without a gap; what has not begun can be taken back', () => {
  const modulator = new TtyModulator()
  const frame = new Int16Array(160)
  let text = ''
  const demodulator = new TtyDemodulator({ baud: 45.45 })
  modulator.write('AB')
  for (let i = 0; modulator.render(frame); i++) {
    if (i === 10) modulator.write('CD')
    if (i === 46) modulator.write('NOT THIS')
    if (i === 47) modulator.clear()
    text += demodulator.process(frame)
  }
  expect(text).toBe('ABCD')
})

test('tones that are no text telephone say nothing', () => {
  const tones = [1400, 1800, 1600, 1100, 2100].map(frequency => ({ frequencies: [frequency], ms: 600 }))
  expect(read(renderTones([...sit(), ...tones, ...sit()]))).toBe('')
  const gauss = noise(3)
  expect(read(Int16Array.from({ length: 160_000 }, () => gauss() * 3000))).toBe('')
})

test('a frame lost from the network costs the character in it and no other', () => {
  const pcm = speak('ABCDEFGHIJ')
  const lost = pcm.slice()
  lost.fill(0, 12_000, 12_160)
  const text = read(lost)
  expect(text.length).toBeGreaterThanOrEqual(9)
  expect('ABCDEFGHIJ').toMatch(new RegExp(`^${[...text].map(character => `.?${character}`).join('')}.?$`))
})
