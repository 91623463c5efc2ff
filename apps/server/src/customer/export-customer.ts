import type { Tx } from '@centrala/store/database.ts'
import { mergedInto } from '@centrala/store/merge-store.ts'

/**
 * Everything stored about a customer, and about those merged into them: one list of rows a table, with the files' names and hashes (the
 * files themselves are at /api/files/:id, the audio of recordings at /api/recordings/:id/audio). Search columns, the tenant and the raw bytes of what came in are left out.
 */
export async function exportOf(tx: Tx, customerId: string): Promise<Record<string, unknown>> {
  const people = [customerId, ...(await mergedInto(tx, customerId))]
  const rows = async (table: string, condition: string) =>
    (
      await tx.query<{ row: Record<string, unknown> }>(
        `SELECT to_jsonb(t) - 'tenant_id' - 'search' - 'raw' AS row FROM ${table} t WHERE ${condition} ORDER BY ${ORDER[table] ?? 'id'}`,
        [people],
      )
    ).map(({ row }) => camel(row))
  const mine = (column: string) => `${column} = ANY ($1::uuid[])`
  const inConversations = `conversation_id IN (SELECT id FROM conversation WHERE ${mine('customer_id')})`
  const ofInteractions = `interaction_id IN (SELECT id FROM interaction WHERE ${mine('customer_id')})`
  const ofMessages = `message_id IN (SELECT id FROM message WHERE ${inConversations})`
  return {
    exportedAt: new Date().toISOString(),
    customerId,
    customers: await rows('customer', mine('id')),
    companies: await rows('company', `id IN (SELECT company_id FROM customer WHERE ${mine('id')})`),
    identities: await rows('identity', mine('customer_id')),
    notes: await rows('customer_note', mine('customer_id')),
    merges: await rows('customer_merge', `${mine('kept_id')} OR ${mine('merged_id')}`),
    mergeSuggestions: await rows('merge_suggestion', `${mine('customer_id')} OR ${mine('other_id')}`),
    conversations: await rows('conversation', mine('customer_id')),
    interactions: await rows('interaction', mine('customer_id')),
    segments: await rows('segment', ofInteractions),
    messages: await rows('message', inConversations),
    calls: await rows('call', ofInteractions),
    legs: await rows('leg', `call_id IN (SELECT id FROM call WHERE ${ofInteractions})`),
    recordings: await rows('recording', ofInteractions),
    received: await rows('inbound_event', `id IN (SELECT inbound_event_id FROM message WHERE ${inConversations})`),
    files: await rows('file', `${ofMessages} OR ${inConversations}`),
    surveyResponses: await rows('survey_response', ofInteractions),
    events: await rows('event', mine('customer_id')),
  }
}

const ORDER: Record<string, string> = {
  event: 'at, seq',
  survey_response: 'asked_at',
  message: 'created_at, id',
  segment: 'started_at',
}

/** Column names as the API writes them; the insides of JSON columns stay. */
function camel(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
}
