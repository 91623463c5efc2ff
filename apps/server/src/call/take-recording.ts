import { callLimits } from './dial-rules.ts'
import type { FactOf, Taking } from './taking.ts'

/** What is shorter was hung up at the beep. */
const SHORTEST_VOICEMAIL_MS = 1000

export async function takeRecordingStarted(taking: Taking, fact: FactOf<'recordingStarted'>): Promise<void> {
  const { tx, call, at } = taking
  const { recordingId: id, kind } = fact
  await tx.db
    .insertInto('recording')
    .values({ id, callId: call.id, interactionId: call.interactionId, kind, state: 'recording', startedAt: at })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  if (kind === 'voicemail') await taking.addContext({ voicemail: { recordingId: id, queueId: fact.queueId ?? null } })
  taking.tell('call.changed')
}

export async function takeRecordingState(
  taking: Taking,
  { type, recordingId }: FactOf<'recordingPaused'> | FactOf<'recordingResumed'>,
): Promise<void> {
  await taking.tx.db
    .updateTable('recording')
    .set({ state: type === 'recordingPaused' ? 'paused' : 'recording' })
    .where('id', '=', recordingId)
    .where('state', 'in', ['recording', 'paused'])
    .execute()
  taking.tell('call.changed')
}

export async function takeRecordingEnded(taking: Taking, fact: FactOf<'recordingEnded'>): Promise<void> {
  const { tx, call, at } = taking
  const { recordingId: id, kind, durationMs, bytes, pauses, peaks } = fact
  const { recordingDays } = await callLimits(tx)
  const there = await tx.db
    .selectFrom('recordingAudio')
    .select('recordingId')
    .where('recordingId', '=', id)
    .executeTakeFirst()
  await tx.query(
    `INSERT INTO recording (id, call_id, interaction_id, kind, state, started_at, duration_ms, bytes, pauses, peaks, delete_after)
     VALUES ($1, $2, $3, $4, $5, $6::timestamptz - make_interval(secs => $7::float8 / 1000), $7, $8, $9, $10, $6::timestamptz + make_interval(days => $11))
     ON CONFLICT (tenant_id, id) DO UPDATE SET state = CASE WHEN recording.state = 'deleted' THEN 'deleted' ELSE excluded.state END,
       duration_ms = excluded.duration_ms, bytes = excluded.bytes, pauses = excluded.pauses, peaks = excluded.peaks, delete_after = excluded.delete_after`,
    [
      id,
      call.id,
      call.interactionId,
      kind,
      there ? 'stored' : 'lost',
      at,
      Math.round(durationMs),
      bytes,
      JSON.stringify(pauses),
      JSON.stringify(peaks),
      recordingDays,
    ],
  )
  taking.tell('recording.stored', { recordingId: id, kind })
  if (kind === 'voicemail') await leaveVoicemail(taking, id, durationMs)
}

/** A message left is work for its queue; one hung up at the beep is nobody's. */
async function leaveVoicemail(taking: Taking, recordingId: string, durationMs: number): Promise<void> {
  const { call } = taking
  const interaction = await taking.interaction()
  if (interaction.state !== 'flow') return
  const context = interaction.context as { voicemail?: { queueId?: string | null } }
  if (durationMs < SHORTEST_VOICEMAIL_MS) {
    await taking.dropContext('voicemail')
    if (call.state === 'ended') await taking.command({ type: 'abandon', shortMs: 0 })
    return
  }
  const queueId = await queueFor(
    taking,
    context.voicemail?.queueId ?? interaction.queueId,
    interaction.channelAccountId,
  )
  taking.tell('voicemail.left', { recordingId, durationMs })
  if (queueId) await taking.route({ queueId, language: interaction.language })
}

/** A message must not be lost for want of a queue: the number's, else the company's first takes it. */
async function queueFor({ tx }: Taking, wanted: string | null, numberId: string | null): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT q.id FROM queue q WHERE q.archived_at IS NULL
      ORDER BY q.id = $1 DESC NULLS LAST, q.id = (SELECT queue_id FROM channel_account WHERE id = $2) DESC NULLS LAST, q.id LIMIT 1`,
    [wanted, numberId],
  )
  return row?.id ?? null
}
