import { DEFAULT_VOICE, type Queue, type queueBody, type queueChange } from '@centrala/api/queue.ts'
import { DEFAULT_POLICY } from '@centrala/api/queue-policy.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { z } from 'zod'
import { mustExist, unique } from '../configuration/configuration.ts'
import { found } from '../refusal.ts'

/** Queues as the API shows them, by name; archived ones with `archived`, one with `id`. */
export async function presentQueues(
  tx: Tx,
  { id = null, archived = false }: { id?: string | null; archived?: boolean },
) {
  const rows = await tx.query<Omit<Queue, 'archivedAt'> & { archivedAt: Date | null }>(
    `SELECT q.id, q.name, q.brand_id AS "brandId", q.hours_id AS "hoursId", q.priority, q.ageing_per_minute AS "ageingPerMinute",
            q.steps, q.policy, q.prefer_last_agent AS "preferLastAgent", q.tell_position AS "tellPosition", q.tell_wait AS "tellWait",
            q.offer_seconds AS "offerSeconds", q.wrap_up_seconds AS "wrapUpSeconds", q.wrap_up_required AS "wrapUpRequired",
            q.contact_reason_required AS "contactReasonRequired", q.preferred_seconds AS "preferredSeconds",
            q.target_seconds AS "targetSeconds", q.target_percent AS "targetPercent", q.abandon_seconds AS "abandonSeconds",
            q.signature, q.auto_reply AS "autoReply", q.survey_id AS "surveyId", q.voice, q.archived_at AS "archivedAt",
            ARRAY(SELECT c.wrap_up_code_id FROM queue_wrap_up_code c WHERE c.tenant_id = q.tenant_id AND c.queue_id = q.id ORDER BY 1) AS "wrapUpCodeIds",
            ARRAY(SELECT p.routing_profile_id FROM routing_profile_queue p WHERE p.tenant_id = q.tenant_id AND p.queue_id = q.id ORDER BY 1) AS "routingProfileIds"
       FROM queue q
      WHERE ($1::uuid IS NULL OR q.id = $1) AND ($2 OR q.archived_at IS NULL)
      ORDER BY fold(q.name), q.id`,
    [id, archived],
  )
  return rows.map(
    (row): Queue => ({
      ...row,
      policy: { ...DEFAULT_POLICY, ...row.policy },
      voice: { ...DEFAULT_VOICE, ...row.voice },
      archivedAt: row.archivedAt?.toISOString() ?? null,
    }),
  )
}

/** One queue, archived or not; 404 where there is none. */
export async function presentQueue(tx: Tx, id: string): Promise<Queue> {
  return found((await presentQueues(tx, { id, archived: true }))[0], 'queue')
}

type Change = z.output<typeof queueChange>

/** Adds a queue. What the body leaves out is as the schema has it. @returns its id */
export async function insertQueue(tx: Tx, body: z.output<typeof queueBody>): Promise<string> {
  await checkReferences(tx, body)
  const values = { name: body.name, ...columns(body) }
  const insert = tx.db.insertInto('queue').values(values).returning('id').executeTakeFirstOrThrow()
  const { id } = await unique('name', insert)
  await writeLists(tx, id, body)
  return id
}

/** Changes the fields given. */
export async function updateQueue(tx: Tx, id: string, body: Change): Promise<void> {
  await checkReferences(tx, body)
  const set = columns(body)
  if (Object.keys(set).length > 0)
    await unique('name', tx.db.updateTable('queue').set(set).where('id', '=', id).execute())
  await writeLists(tx, id, body)
}

function columns({ steps, policy, targetSeconds, voice, wrapUpCodeIds, routingProfileIds, ...rest }: Change) {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as typeof rest
  return {
    ...given,
    ...(steps && { steps: JSON.stringify(steps) }),
    ...(policy && { policy: JSON.stringify(policy) }),
    ...(voice && { voice: JSON.stringify(voice) }),
    ...(targetSeconds && { targetSeconds: JSON.stringify(targetSeconds) }),
  }
}

async function checkReferences(tx: Tx, body: Change): Promise<void> {
  await mustExist(tx, 'brand', [body.brandId], 'brandId')
  await mustExist(tx, 'hours', [body.hoursId], 'hoursId')
  await mustExist(tx, 'survey', [body.surveyId], 'surveyId')
  await mustExist(tx, 'wrapUpCode', body.wrapUpCodeIds ?? [], 'wrapUpCodeIds')
  await mustExist(tx, 'routingProfile', body.routingProfileIds ?? [], 'routingProfileIds')
  for (const field of ['music', 'greeting', 'recordingAnnouncement', 'closed'] as const)
    await mustExist(tx, 'prompt', [body.voice?.[`${field}PromptId`]], `voice.${field}PromptId`)
  const { steps = [], policy } = body
  const skillIds = steps.flatMap(step => step.requirements.map(requirement => requirement.skillId))
  await mustExist(tx, 'skill', skillIds, 'steps')
  const helpers = steps.flatMap(step => step.queueIds ?? [])
  await mustExist(tx, 'queue', helpers, 'steps')
  const kept = policy?.reserves ?? []
  const keptQueues = kept.map(reserve => reserve.queueId)
  const keptSkills = kept.map(reserve => reserve.skillId)
  await mustExist(tx, 'queue', keptQueues, 'policy.reserves')
  await mustExist(tx, 'skill', keptSkills, 'policy.reserves')
}

async function writeLists(tx: Tx, id: string, body: Change): Promise<void> {
  if (body.wrapUpCodeIds) {
    await tx.db.deleteFrom('queueWrapUpCode').where('queueId', '=', id).execute()
    const rows = [...new Set(body.wrapUpCodeIds)].map(wrapUpCodeId => ({ queueId: id, wrapUpCodeId }))
    if (rows.length > 0) await tx.db.insertInto('queueWrapUpCode').values(rows).execute()
  }
  if (body.routingProfileIds) {
    // Profiles that stay keep the priority and delay they give the queue.
    await tx.query('DELETE FROM routing_profile_queue WHERE queue_id = $1 AND routing_profile_id <> ALL($2::uuid[])', [
      id,
      body.routingProfileIds,
    ])
    await tx.query(
      `INSERT INTO routing_profile_queue (routing_profile_id, queue_id) SELECT DISTINCT profile, $1::uuid FROM unnest($2::uuid[]) AS profile
       ON CONFLICT DO NOTHING`,
      [id, body.routingProfileIds],
    )
  }
}
