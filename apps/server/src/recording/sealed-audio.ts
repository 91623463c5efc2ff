import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'

/*
 * Audio at rest: AES-256-GCM in chunks, so that any part can be read without the rest. A file is
 *   "CREC" version(1 byte) salt(16 bytes), then chunks of CHUNK bytes (the last one shorter), each followed by its tag (16 bytes).
 * The key is one of its own for each file: HKDF-SHA-256 of the tenant's key with the salt and the recording's id. The nonce is the chunk's
 * number; it and whether the chunk is the last are authenticated, so that chunks can be neither exchanged nor cut off unseen.
 */
const MAGIC = Buffer.from('CREC\x01', 'latin1')
const SALT = 16
const HEADER = MAGIC.length + SALT
const CHUNK = 64 * 1024
const TAG = 16

/** The key of a tenant's recordings, from the installation's key for them. */
export function tenantKey(key: Buffer, tenantId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `tenant ${tenantId}`, 32))
}

function fileKey(key: Buffer, salt: Buffer, id: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `recording ${id}`, 32))
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  return nonce
}

const lastMark = (last: boolean) => Buffer.from([last ? 1 : 0])

/** Encrypts what flows through. */
export function sealAudio(key: Buffer, id: string): Transform {
  const salt = randomBytes(SALT)
  const own = fileKey(key, salt, id)
  let held: Buffer[] = []
  let size = 0
  let index = 0
  let begun = false
  const seal = (chunk: Buffer, last: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', own, nonceOf(index++))
    cipher.setAAD(lastMark(last))
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()])
  }
  return new Transform({
    transform(data: Buffer, _, next) {
      if (!begun) this.push(Buffer.concat([MAGIC, salt]))
      begun = true
      held.push(data)
      size += data.length
      // One byte more than a chunk: so the last chunk is known as the last.
      if (size > CHUNK) {
        const whole = Buffer.concat(held)
        let at = 0
        for (; whole.length - at > CHUNK; at += CHUNK) this.push(seal(whole.subarray(at, at + CHUNK), false))
        held = [whole.subarray(at)]
        size = whole.length - at
      }
      next()
    },
    flush(done) {
      if (!begun) this.push(Buffer.concat([MAGIC, salt]))
      this.push(seal(Buffer.concat(held), true))
      done()
    },
  })
}

export interface AudioRange {
  /** First byte of the audio, and the one after the last. */
  start: number
  end: number
}

/** Which bytes of the sealed file hold this part of the audio. */
export function sealedRange({ start, end }: AudioRange): { start: number; end: number; firstChunk: number } {
  const firstChunk = Math.floor(start / CHUNK)
  const lastChunk = Math.floor(Math.max(start, end - 1) / CHUNK)
  return { firstChunk, start: HEADER + firstChunk * (CHUNK + TAG), end: HEADER + (lastChunk + 1) * (CHUNK + TAG) }
}

export const SEALED_HEADER_BYTES = HEADER

/** Decrypts the chunks of `sealedRange` that flow through, and lets the wanted part of the audio pass. `size`: of the whole audio, in bytes. */
export function openAudio(key: Buffer, id: string, header: Buffer, range: AudioRange, size: number): Transform {
  if (header.length < HEADER || !header.subarray(0, MAGIC.length).equals(MAGIC))
    throw new Error('This is no sealed audio.')
  const own = fileKey(key, header.subarray(MAGIC.length, HEADER), id)
  const lastIndex = Math.max(0, Math.ceil(size / CHUNK) - 1)
  let index = sealedRange(range).firstChunk
  let held = Buffer.alloc(0)
  const open = (sealed: Buffer): Buffer => {
    const decipher = createDecipheriv('aes-256-gcm', own, nonceOf(index))
    decipher.setAAD(lastMark(index === lastIndex))
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
    const chunk = Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG)), decipher.final()])
    const from = index * CHUNK
    index++
    return chunk.subarray(Math.max(0, range.start - from), Math.max(0, Math.min(chunk.length, range.end - from)))
  }
  return new Transform({
    transform(data: Buffer, _, next) {
      try {
        held = Buffer.concat([held, data])
        while (held.length >= CHUNK + TAG) {
          this.push(open(held.subarray(0, CHUNK + TAG)))
          held = held.subarray(CHUNK + TAG)
        }
        next()
      } catch (error) {
        next(error as Error)
      }
    },
    flush(done) {
      try {
        if (held.length > 0) this.push(open(held))
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}
