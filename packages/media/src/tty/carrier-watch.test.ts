import { expect, test } from 'vitest'
import { ALAW_TO_LINEAR, LINEAR_TO_ALAW } from '../codec/g711.ts'
import { Hearing } from '../endpoint/hearing.ts'
import { renderTones } from '../tone/generate.ts'
import { CarrierWatch } from './carrier-watch.ts'
import { type Baud, TtyModulator } from './modulate.ts'

const FRAME = 160

function typed(text: string, options: { baud?: Baud; level?: number }): Int16Array {
  const modulator = new TtyModulator(options)
  modulator.write(text)
  const samples: number[] = []
  const frame = new Int16Array(FRAME)
  while (modulator.render(frame)) samples.push(...frame)
  return Int16Array.from(samples)
}

const payloadsOf = (pcm: Int16Array): Uint8Array[] =>
  Array.from({ length: Math.floor(pcm.length / FRAME) }, (_, at) =>
    Uint8Array.from(pcm.subarray(at * FRAME, (at + 1) * FRAME), sample => LINEAR_TO_ALAW[sample & 0xffff] ?? 0),
  )

test.each([
  { baud: 45.45 as const, level: -10, at: 0 },
  { baud: 45.45 as const, level: -30, at: 1 },
  { baud: 50 as const, level: -10, at: 2 },
  { baud: 50 as const, level: -30, at: 3 },
])(
  'whoever types after a long silence is read from the first character ($baud baud, $level dBm0)',
  ({ baud, level, at }) => {
    let text = ''
    const hearing = new Hearing({
      digit: () => {},
      text: letters => {
        text += letters
      },
      onFault: fault => expect(fault).toBeNull(),
    })
    hearing.setCodec('PCMA')
    hearing.detect(['tty'])
    const silence = new Int16Array(FRAME * (50 + at))
    const rest = new Int16Array(FRAME * 50)
    const pcm = [silence, typed('HELLO GA', { baud, level }), rest].flatMap(part => [...part])
    for (const [n, payload] of payloadsOf(Int16Array.from(pcm)).entries()) hearing.packet(n * FRAME, payload, 0, false)
    expect(text).toBe('HELLO GA')
  },
)

test('other tones and speech-like noise are not listened to', () => {
  let state = 7
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647 - 0.5
  }
  const noise = Int16Array.from({ length: FRAME * 200 }, () => random() * 12_000)
  const ringback = renderTones([{ frequencies: [425], ms: 4000, level: -10 }])
  for (const pcm of [noise, ringback]) {
    const watch = new CarrierWatch()
    const worth = payloadsOf(pcm).filter(payload => watch.worthwhile(payload, 0, ALAW_TO_LINEAR))
    expect(worth).toHaveLength(0)
  }
})
