import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { StoreError } from './errors.ts'

/** A key of its own for each purpose, from the installation's one secret (HMAC-SHA-256 as the derivation). */
export function deriveKey(secret: string, purpose: string): Buffer {
  return createHmac('sha256', secret).update(`centrala/${purpose}`).digest()
}

/** Encrypts a JSON value with AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the text. */
export function seal(key: Buffer, value: unknown): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text])
}

/**
 * The value that `seal` was given.
 * @throws StoreError `secret.bad` when the key is another or the bytes were changed
 */
export function unseal(key: Buffer, sealed: Uint8Array): unknown {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(12, 28))
    return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8'))
  } catch (cause) {
    throw new StoreError(
      'secret.bad',
      'A stored secret cannot be read with the present SECRET_KEY. Restore the key, or enter the secret again.',
      { cause },
    )
  }
}
