import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Inbound } from '../channel.ts'
import type { WebchatAccount } from './account.ts'
import { hashOfVisitorToken } from './verify.ts'

const MAX_BYTES = 64 * 1024

/**
 * What a visitor wrote, as one JSON object: the shape in which a chat message is kept raw, and in which a company's own app may
 * hand one in. The widget's live connection says the same in its `message` frames.
 */
const RawMessage = z.strictObject({
  clientId: z.string().regex(/^[\w-]{8,64}$/),
  visitorToken: z.string().max(200),
  text: z.string().max(10_000),
  name: z.string().max(200).nullable().default(null),
  locale: z.string().max(35).nullable().default(null),
  sentAt: z.iso.datetime({ offset: true }).nullable().default(null),
})

/**
 * Maps one raw visitor's message. The sender is the hash of the token; it is verified exactly if the token is one we gave.
 * What is no such object becomes a message that says so, so that nothing is lost in silence.
 */
export async function receive(raw: Uint8Array, account: WebchatAccount): Promise<Inbound[]> {
  const said = read(raw)
  if (!said) return [unreadable(raw)]
  const hash = hashOfVisitorToken(account.signingKey, account.id, said.visitorToken)
  return [
    {
      ...BLANK,
      providerId: said.clientId,
      sentAt: said.sentAt ? new Date(said.sentAt) : null,
      sender: {
        address: hash ?? fingerprint(Buffer.from(said.visitorToken)),
        name: said.name,
        verified: hash !== null,
      },
      text: said.text,
      language: said.locale,
    },
  ]
}

function read(raw: Uint8Array): z.infer<typeof RawMessage> | null {
  if (raw.byteLength > MAX_BYTES) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(raw)
    return RawMessage.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

function unreadable(raw: Uint8Array): Inbound {
  const id = fingerprint(raw)
  return {
    ...BLANK,
    providerId: `unreadable-${id.slice(0, 32)}`,
    sender: { address: id, name: null, verified: false },
    text: 'This chat message could not be read. The original is attached.',
    files: [{ name: 'message.bin', mediaType: 'application/octet-stream', content: raw, contentId: null }],
  }
}

function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const BLANK = {
  kind: 'message',
  sentAt: null,
  subject: null,
  quoted: null,
  html: null,
  files: [],
  references: [],
  conversationId: null,
  automatic: null,
  recipients: { to: [], cc: [] },
  language: null,
} satisfies Partial<Inbound>
