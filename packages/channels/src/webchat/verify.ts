import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a site's own server computes for its signed-in visitor: HMAC-SHA256 of the user's id, lower-case hex. */
export function userHash(identitySecret: string, userId: string): string {
  return createHmac('sha256', identitySecret).update(userId, 'utf8').digest('hex')
}

/** Whether the hash proves the id. Takes the same time for a hash that is nearly right. False without a secret. */
export function isUserHash(identitySecret: string | null, userId: string, given: string | null): boolean {
  if (!identitySecret || !given || !/^[0-9a-f]{64}$/i.test(given)) return false
  return timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(userHash(identitySecret, userId), 'hex'))
}

/**
 * A visitor's token: 256 random bits and our mark on them, so that one we never gave is told without a look into the database.
 * Bound to the account: a token of one site is nobody at another.
 */
export function newVisitorToken(signingKey: Uint8Array, accountId: string): string {
  const random = randomBytes(32).toString('base64url')
  return `cv_${random}_${mark(signingKey, accountId, random)}`
}

/** What is stored of a token: its hash, or null when it is not one we gave. */
export function hashOfVisitorToken(signingKey: Uint8Array, accountId: string, token: string): string | null {
  const parts = /^cv_([\w-]{43})_([0-9a-f]{32})$/.exec(token)
  if (!parts?.[1] || !parts[2]) return null
  const expected = Buffer.from(mark(signingKey, accountId, parts[1]))
  if (!timingSafeEqual(Buffer.from(parts[2]), expected)) return null
  return createHash('sha256').update(token).digest('hex')
}

/** What allows an upload into a conversation until an instant (epoch seconds). Given to a visitor over their live connection. */
export function uploadTicket(signingKey: Uint8Array, conversationId: string, until: number): string {
  return `${conversationId}.${until}.${ticketMark(signingKey, conversationId, until)}`
}

/** The conversation that a ticket is for, or null when it is forged or has run out. */
export function conversationOfTicket(signingKey: Uint8Array, ticket: string, nowMs: number): string | null {
  const parts = /^([0-9a-f-]{36})\.(\d{1,12})\.([\w-]{32})$/.exec(ticket)
  if (!parts?.[1] || !parts[2] || !parts[3]) return null
  const until = Number(parts[2])
  const expected = Buffer.from(ticketMark(signingKey, parts[1], until))
  return timingSafeEqual(Buffer.from(parts[3]), expected) && until * 1000 >= nowMs ? parts[1] : null
}

function ticketMark(signingKey: Uint8Array, conversationId: string, until: number): string {
  return createHmac('sha256', signingKey)
    .update(`webchat upload ${conversationId} ${until}`)
    .digest('base64url')
    .slice(0, 32)
}

/** Signs the address of a file until an instant (epoch seconds). */
export function fileSignature(signingKey: Uint8Array, fileId: string, until: number): string {
  return createHmac('sha256', signingKey).update(`webchat file ${fileId} ${until}`).digest('base64url').slice(0, 32)
}

export function isFileSignature(
  signingKey: Uint8Array,
  fileId: string,
  until: number,
  given: string,
  nowMs: number,
): boolean {
  const expected = Buffer.from(fileSignature(signingKey, fileId, until))
  const actual = Buffer.from(given)
  return actual.length === expected.length && timingSafeEqual(actual, expected) && until * 1000 >= nowMs
}

function mark(signingKey: Uint8Array, accountId: string, random: string): string {
  return createHmac('sha256', signingKey).update(`webchat visitor ${accountId} ${random}`).digest('hex').slice(0, 32)
}
