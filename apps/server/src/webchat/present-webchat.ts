import { WEBCHAT_LIMITS, type WebchatFile, type WebchatMessage } from '@centrala/api/webchat.ts'
import { fileSignature } from '@centrala/channels/webchat/verify.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { WebchatAccount } from './account.ts'

/** Signed addresses of files work at least this long; they change once a day, so that browsers may keep what they fetched. */
const DAY_SECONDS = 24 * 60 * 60

interface Row {
  id: string
  conversationId: string
  author: WebchatMessage['author']
  name: string | null
  text: string
  clientId: string | null
  status: string
  createdAt: Date
  files: Omit<WebchatFile, 'url'>[]
}

/** What the visitor may see of a conversation: the chat, without notes and without other channels. `condition` is on `m` (message). */
export async function presentForVisitor(
  tx: Tx,
  account: Pick<WebchatAccount, 'key' | 'signingKey'>,
  condition: string,
  values: unknown[],
): Promise<WebchatMessage[]> {
  const rows = await tx.query<Row>(
    `SELECT m.id, m.conversation_id AS "conversationId", m.author, u.name, m.text, m.client_id AS "clientId", m.status, m.created_at AS "createdAt",
            coalesce((SELECT jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type, 'size', f.size) ORDER BY f.id)
                        FROM file f WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id), '[]') AS files
       FROM message m LEFT JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
      WHERE m.channel = 'chat' AND NOT m.internal AND ${condition}`,
    values,
  )
  return rows.map(({ createdAt, status, clientId, files, ...row }) => ({
    ...row,
    clientId: row.author === 'customer' ? clientId : null,
    status: status === 'read' || status === 'delivered' ? status : 'stored',
    createdAt: createdAt.toISOString(),
    files: files.map(file => presentFile(account, file)),
  }))
}

export function presentFile(
  account: Pick<WebchatAccount, 'key' | 'signingKey'>,
  file: Omit<WebchatFile, 'url'>,
): WebchatFile {
  const until = (Math.floor(Date.now() / 1000 / DAY_SECONDS) + 2) * DAY_SECONDS
  const signature = fileSignature(account.signingKey, file.id, until)
  return { ...file, url: `/api/webchat/${account.key}/files/${file.id}?until=${until}&signature=${signature}` }
}

/** The newest page of a conversation before a message (or of all), oldest first. */
export async function pageForVisitor(
  tx: Tx,
  account: Pick<WebchatAccount, 'key' | 'signingKey'>,
  conversationId: string,
  before: string | null = null,
): Promise<{ messages: WebchatMessage[]; earlier: boolean }> {
  const size = WEBCHAT_LIMITS.messagesInReady
  const newest = await presentForVisitor(
    tx,
    account,
    `m.conversation_id = $1 AND ($2::uuid IS NULL OR (m.created_at, m.id) < (SELECT o.created_at, o.id FROM message o WHERE o.id = $2 AND o.conversation_id = $1))
      ORDER BY m.created_at DESC, m.id DESC LIMIT ${size + 1}`,
    [conversationId, before],
  )
  return { messages: newest.slice(0, size).reverse(), earlier: newest.length > size }
}
