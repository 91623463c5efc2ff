import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Signed token in Reply-To: `support+c.<conversation>.<signature>@example.com`. It names the conversation even where a mail
 * program drops In-Reply-To and References. Base32 in lower case (RFC 4648 alphabet), because mail systems may fold the
 * case of a local part. The signature is HMAC-SHA-256 cut to 80 bits over tenant and conversation, so a token of another
 * tenant is worth nothing. A token proves where a mail belongs, never who wrote it: everybody who was sent the mail knows it.
 */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const SIGNATURE_BYTES = 10
const TOKEN = /(?:^|\+)c\.([a-z2-7]{26})\.([a-z2-7]{16})$/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export interface TokenScope {
  tenantId: string
  signingKey: Uint8Array
}

/**
 * The Reply-To address for a conversation, or null where it would break RFC 5321 (local part over 64 characters) or the
 * conversation id is not a UUID.
 * @param mailbox the account's own address, whose local part carries the token
 * @param domain domain of the result
 */
export function replyAddress(
  mailbox: string,
  domain: string,
  conversationId: string,
  scope: TokenScope,
): string | null {
  if (!UUID.test(conversationId)) return null
  const id = encodeBase32(Buffer.from(conversationId.replaceAll('-', ''), 'hex'))
  const token = `c.${id}.${encodeBase32(sign(conversationId, scope))}`
  const local = `${mailbox.slice(0, mailbox.lastIndexOf('@'))}+${token}`
  return local.length > 64 ? null : `${local}@${domain}`
}

/** The conversation named by a token in any of these addresses, or null where none is ours. Comparison takes constant time. */
export function conversationFromAddresses(addresses: readonly string[], scope: TokenScope): string | null {
  for (const address of addresses) {
    const found = TOKEN.exec(address.slice(0, Math.max(0, address.lastIndexOf('@'))))
    if (!found) continue
    const id = decodeBase32(found[1]!, 16)
    const signature = decodeBase32(found[2]!, SIGNATURE_BYTES)
    if (!id || !signature) continue
    const hex = Buffer.from(id).toString('hex')
    const conversationId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    if (timingSafeEqual(signature, sign(conversationId, scope))) return conversationId
  }
  return null
}

/** The address without a token, so that `support+c.…@` counts as `support@`. */
export function withoutToken(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 0 ? address : address.slice(0, at).replace(TOKEN, '') + address.slice(at)
}

function sign(conversationId: string, scope: TokenScope): Uint8Array {
  const mac = createHmac('sha256', scope.signingKey).update(`email-reply\0${scope.tenantId}\0${conversationId}`)
  return mac.digest().subarray(0, SIGNATURE_BYTES)
}

function encodeBase32(bytes: Uint8Array): string {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text
}

/** Null where the text is not `length` bytes or carries stray bits, so that each value has exactly one spelling. */
function decodeBase32(text: string, length: number): Uint8Array | null {
  const bytes = new Uint8Array(length)
  let bits = 0
  let value = 0
  let at = 0
  for (const letter of text.toLowerCase()) {
    value = (value << 5) | ALPHABET.indexOf(letter)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      if (at < length) bytes[at++] = value >>> bits
      value &= (1 << bits) - 1
    }
  }
  return at === length && value === 0 ? bytes : null
}
