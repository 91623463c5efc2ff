import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openAudio, SEALED_HEADER_BYTES, sealAudio, sealedRange, tenantKey } from './sealed-audio.ts'

const key = tenantKey(Buffer.alloc(32, 1), '0198aaaa-0000-7000-8000-000000000001')
const ID = '0198aaaa-0000-7000-8000-000000000002'

const seal = (audio: Buffer, pieces = 10_000) =>
  buffer(
    Readable.from(
      Array.from({ length: Math.ceil(audio.length / pieces) }, (_, at) =>
        audio.subarray(at * pieces, (at + 1) * pieces),
      ),
    ).pipe(sealAudio(key, ID)),
  )

function part(sealed: Buffer, range: { start: number; end: number }, size: number, id = ID): Promise<Buffer> {
  const place = sealedRange(range)
  return buffer(
    Readable.from([sealed.subarray(place.start, place.end)]).pipe(
      openAudio(key, id, sealed.subarray(0, SEALED_HEADER_BYTES), range, size),
    ),
  )
}

test('any part of the audio can be read alone, and nothing of it stands in the file', async () => {
  const audio = randomBytes(200_000)
  const sealed = await seal(audio)
  expect(sealed.includes(audio.subarray(1000, 1032))).toBe(false)
  await fc.assert(
    fc.asyncProperty(fc.nat(audio.length - 1), fc.nat(audio.length), async (start, length) => {
      const end = Math.min(audio.length, start + Math.max(1, length))
      expect((await part(sealed, { start, end }, audio.length)).equals(audio.subarray(start, end))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test.each([0, 1, 65_535, 65_536, 65_537, 131_072])('audio of %i bytes comes back whole', async size => {
  const audio = randomBytes(size)
  const sealed = await seal(audio, 777)
  expect((await part(sealed, { start: 0, end: size }, size)).equals(audio)).toBe(true)
})

test('a changed byte, exchanged chunks, a cut end and another recording’s id are noticed', async () => {
  const audio = randomBytes(150_000)
  const sealed = await seal(audio)
  const whole = { start: 0, end: audio.length }
  const changed = Buffer.from(sealed)
  changed[70_000]! ^= 1
  await expect(part(changed, whole, audio.length)).rejects.toThrow()
  const chunk = 65_536 + 16
  const head = sealed.subarray(0, SEALED_HEADER_BYTES)
  const [first, second, rest] = [0, 1, 2].map(at =>
    sealed.subarray(SEALED_HEADER_BYTES + at * chunk, SEALED_HEADER_BYTES + (at + 1) * chunk),
  ) as [Buffer, Buffer, Buffer]
  await expect(part(Buffer.concat([head, second, first, rest]), whole, audio.length)).rejects.toThrow()
  const cut = Buffer.concat([head, first, second])
  await expect(part(cut, { start: 0, end: 131_072 }, 131_072)).rejects.toThrow()
  await expect(part(sealed, whole, audio.length, crypto.randomUUID())).rejects.toThrow()
})
