import { G722Decoder, G722Encoder } from '@centrala/media/codec/g722.ts'
import { DtmfDetector } from '@centrala/media/tone/dtmf.ts'
import { FaxDetector } from '@centrala/media/tone/fax.ts'
import { cng, DTMF_KEYS, dtmf, renderTones } from '@centrala/media/tone/generate.ts'
import { speechLike } from '@centrala/media/tone/speech-like.ts'
import { TtyDemodulator } from '@centrala/media/tty/demodulate.ts'
import { type Baud, TtyModulator } from '@centrala/media/tty/modulate.ts'
import { describe, expect, test } from 'vitest'
import { type FskPreset, loadSpandsp, type Spandsp } from './spandsp.ts'

const found = loadSpandsp()
if (!found)
  console.log(
    'libspandsp.so.2 is not installed: signals are not compared with it here (Debian: apt install libspandsp2).',
  )
// Only used where it is there.
const spandsp = found as Spandsp

const TEXT =
  'HELLO, THIS IS 1-800 555 0199 GA\nTHE QUICK BROWN FOX JUMPS OVER THE LAZY DOG (2 + 3 = 5) "YES" $4.50; OK? SK!'
const BAUDS: { baud: Baud; preset: FskPreset }[] = [
  { baud: 45.45, preset: 'weitbrecht45' },
  { baud: 50, preset: 'weitbrecht50' },
]

function speak(text: string, baud: Baud): Int16Array {
  const modulator = new TtyModulator({ baud })
  modulator.write(text)
  const samples: number[] = new Array(1600).fill(0)
  const frame = new Int16Array(160)
  while (modulator.render(frame)) samples.push(...frame)
  return Int16Array.from([...samples, ...new Array(4000).fill(0)])
}

/** Frame by frame, as a leg has it. */
function each<T>(pcm: Int16Array, process: (frame: Int16Array) => T): T[] {
  return Array.from({ length: Math.ceil(pcm.length / 160) }, (_, i) => process(pcm.subarray(i * 160, (i + 1) * 160)))
}

function read(pcm: Int16Array, baud: Baud | 'auto' = 'auto'): string {
  const demodulator = new TtyDemodulator({ baud })
  return each(pcm, frame => demodulator.process(frame)).join('')
}

function add(a: Int16Array, b: Int16Array, gain: number): Int16Array {
  return a.map((sample, i) => Math.max(-32_768, Math.min(32_767, sample + (b[i % b.length] ?? 0) * gain)))
}

describe.skipIf(!found)('text telephone', () => {
  test.each(BAUDS)(
    'what we send at $baud baud is read by the other modem and its Baudot decoder',
    ({ baud, preset }) => {
      const codes = spandsp.demodulate(preset, speak(TEXT, baud))
      expect(spandsp.readBaudot(codes).replaceAll('\r', '')).toBe(TEXT)
    },
  )

  test.each(BAUDS)(
    'what the other modem sends at $baud baud, framed by its coder, is read by us; the baud is found',
    ({ baud, preset }) => {
      // A start bit, five data bits with the lowest first, one and a half stop bits, taken here as one and two in turn.
      const bits = [31, ...spandsp.baudot(TEXT.replaceAll('\n', '\r\n'))].flatMap((code, i) => [
        0,
        ...[0, 1, 2, 3, 4].map(bit => (code >> bit) & 1),
        ...(i % 2 === 0 ? [1] : [1, 1]),
      ])
      const pcm = spandsp.modulate(preset, [1, 1, 1, 1, 1, 1, 1, 1, ...bits])
      expect(read(pcm)).toBe(TEXT)
      expect(read(pcm, baud)).toBe(TEXT)
      expect(read(add(pcm, speechLike(20), 0.04))).toBe(TEXT)
    },
  )

  test.each(BAUDS)('a whole V.18 telephone at $baud baud reads us', ({ baud, preset }) => {
    expect(spandsp.readTelephone(preset, speak('HELLO 123 GA', baud))).toContain('HELLO 123 GA')
  })

  test.each(BAUDS)('a whole V.18 telephone at $baud baud is read by us', ({ preset }) => {
    expect(read(spandsp.telephone(preset, 'HELLO 123 GA'))).toContain('HELLO 123 GA')
  })
})

describe.skipIf(!found)('digits', () => {
  test('ours are heard by the other detector, as short as 50 ms', () => {
    expect(spandsp.readDtmf(renderTones(dtmf(DTMF_KEYS.repeat(3), { toneMs: 50, gapMs: 50 })))).toBe(
      DTMF_KEYS.repeat(3),
    )
  })

  test('the other generator’s are heard by us', () => {
    const detector = new DtmfDetector()
    expect(each(spandsp.dtmf(DTMF_KEYS.repeat(3)), frame => detector.process(frame)).join('')).toBe(DTMF_KEYS.repeat(3))
  })
})

describe.skipIf(!found)('fax', () => {
  test('our calling tone is heard by the other detector, and theirs, calling and answering, by us', () => {
    expect(spandsp.hearsFaxTone('cng', renderTones([...cng(), ...cng()]))).toBe(true)
    const detector = new FaxDetector()
    expect(each(spandsp.faxTone('cng', 64_000), frame => detector.process(frame)).filter(Boolean)).toEqual([
      'cng',
      'cng',
      'cng',
    ])
    for (const kind of ['ced', 'ansam'] as const) {
      const answer = each(spandsp.faxTone(kind, 32_000), frame => detector.process(frame))
      expect(answer.filter(Boolean)).toEqual(['ced'])
    }
  })
})

describe.skipIf(!found)('G.722', () => {
  test('our bits and our sound are the other codec’s, bit for bit', () => {
    const pcm = speechLike(10, 16_000)
    const expected = spandsp.encodeG722(pcm)
    const bytes = new Uint8Array(pcm.length >> 1)
    new G722Encoder().encode(pcm, bytes)
    expect(Buffer.compare(bytes, expected)).toBe(0)
    const sound = new Int16Array(pcm.length)
    new G722Decoder().decode(bytes, sound)
    expect(Buffer.compare(Buffer.from(sound.buffer), Buffer.from(spandsp.decodeG722(expected).buffer))).toBe(0)
  })
})
