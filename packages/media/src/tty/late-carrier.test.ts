import { expect, test } from 'vitest'
import { LINEAR_TO_ALAW } from '../codec/g711.ts'
import { Hearing } from '../endpoint/hearing.ts'
import { TtyModulator } from './modulate.ts'

const FRAME = 160
const TEN_MINUTES = 30_000

/** What is read when somebody types after so many packets of quiet noise. */
function readAfter(packets: number, text: string): string {
  let read = ''
  const hearing = new Hearing({
    digit: () => {},
    text: letters => {
      read += letters
    },
    onFault: fault => expect(fault).toBeNull(),
  })
  hearing.setCodec('PCMA')
  hearing.detect(['tty'])
  const noise = Uint8Array.from({ length: FRAME }, (_, at) => LINEAR_TO_ALAW[((at * 7919) % 64) & 0xffff] ?? 0)
  for (let n = 0; n < packets; n++) hearing.packet(n * FRAME, noise, 0, false)
  const modulator = new TtyModulator({})
  modulator.write(text)
  const frame = new Int16Array(FRAME)
  for (let n = packets, left = 100; left > 0; n++) {
    if (!modulator.render(frame)) {
      frame.fill(0)
      left--
    }
    const payload = Uint8Array.from(frame, sample => LINEAR_TO_ALAW[sample & 0xffff] ?? 0)
    hearing.packet(n * FRAME, payload, 0, false)
  }
  return read
}

test.each([0, 1, 2, 3, 4, 5, 6])(
  'a text telephone that is taken up ten minutes into a call is read (beginning %d)',
  offset => {
    // The first character may be lost while the ear wakes; a person sees that, and the words stand.
    expect(readAfter(TEN_MINUTES + offset, 'XHELLO THIS IS ANA GA')).toMatch(/^X?HELLO THIS IS ANA GA$/)
  },
)

test('in the first two minutes nothing is lost', () => {
  expect(readAfter(5000, 'HELLO GA')).toBe('HELLO GA')
})
