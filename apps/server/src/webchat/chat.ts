import type { WebchatSurvey } from '@centrala/api/webchat.ts'
import type { Tx } from '@centrala/store/database.ts'

/** Where a visitor's chat stands. */
export interface Chat {
  conversationId: string
  interactionId: string
  queueId: string | null
  /** What its queue lets those who wait be told. */
  tells: { position: boolean; wait: boolean }
  state: 'waiting' | 'active' | 'none'
  agent: { name: string } | null
  survey: WebchatSurvey | null
  lastMessageAt: Date
  visitorLeftAt: string | null
}

interface Row {
  conversationId: string
  interactionId: string
  queueId: string | null
  tellPosition: boolean | null
  tellWait: boolean | null
  state: string
  agentName: string | null
  answered: boolean
  outcome: string | null
  question: WebchatSurvey['question'] | null
  rated: boolean
  lastMessageAt: Date
  visitorLeftAt: string | null
}

const COLUMNS = `i.conversation_id AS "conversationId", i.id AS "interactionId", i.queue_id AS "queueId", q.tell_position AS "tellPosition", q.tell_wait AS "tellWait", i.state, u.name AS "agentName",
    i.answered_at IS NOT NULL AS answered, i.outcome, s.question, coalesce(r.answered_at IS NOT NULL, false) AS rated,
    c.last_message_at AS "lastMessageAt", i.context->>'visitorLeftAt' AS "visitorLeftAt"`

const FROM = `FROM interaction i
  JOIN conversation c ON c.tenant_id = i.tenant_id AND c.id = i.conversation_id
  LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.agent_id
  LEFT JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
  LEFT JOIN survey s ON s.tenant_id = q.tenant_id AND s.id = q.survey_id AND s.active
  LEFT JOIN survey_response r ON r.tenant_id = i.tenant_id AND r.interaction_id = i.id
  WHERE i.channel = 'chat'`

/** The latest chat begun under one of these identities, or null. */
export async function latestChat(tx: Tx, identityIds: string[]): Promise<Chat | null> {
  if (identityIds.length === 0) return null
  const rows = await tx.query<Row>(
    `SELECT ${COLUMNS} ${FROM} AND i.customer_id IN (SELECT customer_id FROM identity WHERE id = ANY($1::uuid[])) AND i.context->>'identityId' = ANY($2::text[])
      ORDER BY i.created_at DESC LIMIT 1`,
    [identityIds, identityIds],
  )
  return rows[0] ? chatOf(rows[0]) : null
}

/** The latest chats of these conversations. */
export async function chatsOf(tx: Tx, conversationIds: string[]): Promise<Chat[]> {
  const rows = await tx.query<Row>(
    `SELECT DISTINCT ON (i.conversation_id) ${COLUMNS} ${FROM} AND i.conversation_id = ANY($1) ORDER BY i.conversation_id, i.created_at DESC`,
    [conversationIds],
  )
  return rows.map(chatOf)
}

function chatOf(row: Row): Chat {
  const { conversationId, interactionId, queueId, lastMessageAt, visitorLeftAt } = row
  const waiting = row.state === 'flow' || row.state === 'queued' || row.state === 'offered'
  const over = row.state === 'wrapUp' || row.state === 'ended'
  const asks = over && row.answered && row.outcome === 'handled' && row.question !== null && !row.rated
  return {
    conversationId,
    interactionId,
    queueId,
    tells: { position: row.tellPosition ?? true, wait: row.tellWait ?? true },
    lastMessageAt,
    visitorLeftAt,
    state: over ? 'none' : waiting ? 'waiting' : 'active',
    agent: row.state === 'active' && row.agentName ? { name: row.agentName } : null,
    survey: asks && row.question ? { interactionId, question: row.question } : null,
  }
}
