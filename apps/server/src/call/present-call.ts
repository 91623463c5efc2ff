import type { Call, Leg, Recording } from '@centrala/api/call.ts'
import type { Tx } from '@centrala/store/database.ts'
import { notFound } from '../refusal.ts'

interface CallLine {
  id: string
  interactionId: string
  nodeId: string
  direction: Call['direction']
  way: Call['way']
  state: Call['state']
  from: string | null
  to: string
  numberId: string | null
  numberName: string | null
  startedAt: Date
  connectedAt: Date | null
  endedAt: Date | null
  endedBy: Call['endedBy']
  endedReason: string
  pressed: Call['pressed']
  consulting: string | null
  monitors: Record<string, 'listen' | 'whisper' | 'barge'>
}
interface LegLine extends Omit<Leg, 'startedAt' | 'answeredAt' | 'endedAt'> {
  callId: string
  startedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
}
interface RecordingLine extends Omit<Recording, 'startedAt' | 'deleteAfter'> {
  callId: string
  startedAt: Date
  deleteAfter: Date | null
}

/** Calls as the API shows them, by a condition on `c` (call) and `i` (interaction) with its order. */
export async function presentCalls(tx: Tx, condition: string, values: unknown[]): Promise<Call[]> {
  const calls = await tx.query<CallLine>(
    `SELECT c.id, c.interaction_id AS "interactionId", c.node_id AS "nodeId", c.direction, c.way, c.state, c.from_address AS "from", c.to_address AS "to",
            c.number_id AS "numberId", a.name AS "numberName", c.started_at AS "startedAt", c.connected_at AS "connectedAt", c.ended_at AS "endedAt",
            c.ended_by AS "endedBy", c.ended_reason AS "endedReason", c.pressed, c.consulting, c.monitors
       FROM call c JOIN interaction i ON i.tenant_id = c.tenant_id AND i.id = c.interaction_id
       LEFT JOIN channel_account a ON a.tenant_id = c.tenant_id AND a.id = c.number_id WHERE ${condition}`,
    values,
  )
  if (calls.length === 0) return []
  const ids = calls.map(call => call.id)
  const [legs, recordings] = await Promise.all([
    tx.query<LegLine>(
      `SELECT l.id, l.call_id AS "callId", l.kind, l.way, l.user_id AS "userId", u.name AS "userName", l.address, l.started_at AS "startedAt",
              l.answered_at AS "answeredAt", l.ended_at AS "endedAt", l.ended_reason AS "endedReason", l.quality
         FROM leg l LEFT JOIN users u ON u.tenant_id = l.tenant_id AND u.id = l.user_id WHERE l.call_id = ANY($1) ORDER BY l.started_at, l.id`,
      [ids],
    ),
    tx.query<RecordingLine>(
      `SELECT id, call_id AS "callId", kind, state, started_at AS "startedAt", duration_ms AS "durationMs", pauses, peaks, delete_after AS "deleteAfter"
         FROM recording WHERE call_id = ANY($1) ORDER BY started_at, id`,
      [ids],
    ),
  ])
  const legsOf = Map.groupBy(legs, leg => leg.callId)
  const recordingsOf = Map.groupBy(recordings, recording => recording.callId)
  return calls.map(call => present(call, legsOf.get(call.id) ?? [], recordingsOf.get(call.id) ?? []))
}

/** One call; 404 where there is none. */
export async function presentCall(tx: Tx, id: string): Promise<Call> {
  const [call] = await presentCalls(tx, 'c.id = $1', [id])
  if (!call) throw notFound('call')
  return call
}

function present({ consulting, monitors, ...call }: CallLine, legs: LegLine[], recordings: RecordingLine[]): Call {
  const asked = legs.find(leg => leg.id === consulting)
  return {
    ...call,
    startedAt: call.startedAt.toISOString(),
    connectedAt: iso(call.connectedAt),
    endedAt: iso(call.endedAt),
    consulting: asked
      ? {
          legId: asked.id,
          userId: asked.userId,
          name: asked.userName ?? asked.address ?? '',
          answered: asked.answeredAt !== null,
        }
      : null,
    monitors: Object.entries(monitors).map(([userId, mode]) => ({ userId, mode })),
    legs: legs.map(({ callId: _, ...leg }) => ({
      ...leg,
      startedAt: leg.startedAt.toISOString(),
      answeredAt: iso(leg.answeredAt),
      endedAt: iso(leg.endedAt),
    })),
    recordings: recordings.map(({ callId: _, ...recording }) => ({
      ...recording,
      startedAt: recording.startedAt.toISOString(),
      deleteAfter: iso(recording.deleteAfter),
    })),
  }
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null
