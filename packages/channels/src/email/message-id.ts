import { createHash } from 'node:crypto'
import { MAX_REFERENCES } from './limits.ts'

const LONGEST = 250

/**
 * A Message-ID in the one form that we store and compare: without angle brackets and spaces (RFC 5322 3.6.4); a very long one
 * as its hash. Null where nothing is left.
 */
export function normaliseMessageId(raw: string | null): string | null {
  const inner = raw?.match(/<([^<>]*)>/)?.[1] ?? raw ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  const id = inner.replace(/[\s\u0000-\u001f<>]+/g, '')
  if (id === '') return null
  return id.length <= LONGEST ? id : `${hash(id)}@long.invalid`
}

/** The id of a mail that has none: the same bytes always get the same id. */
export function messageIdFromContent(raw: Uint8Array): string {
  return `${hash(raw)}@missing-id.invalid`
}

/** Ids named by In-Reply-To and References, nearest first, each once. */
export function referencesOf(inReplyTo: string | null, references: string | null): string[] {
  const named = [...idsIn(inReplyTo), ...idsIn(references).reverse()]
  return [...new Set(named)].slice(0, MAX_REFERENCES)
}

function idsIn(header: string | null): string[] {
  const tokens = (header ?? '').slice(-100_000).match(/<[^<>]*>|[^\s<>,]+/g) ?? []
  const named = tokens.filter(token => token.startsWith('<') || token.includes('@'))
  return named.map(normaliseMessageId).filter(id => id !== null)
}

export function hash(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 40)
}
