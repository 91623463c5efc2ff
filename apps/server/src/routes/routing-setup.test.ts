import { listAgents } from '@centrala/api/agent.ts'
import { changeBrand, createBrand, deleteBrand, listBrands } from '@centrala/api/brand.ts'
import { createCannedReply, listCannedReplies } from '@centrala/api/canned-reply.ts'
import type { ApiError, Client } from '@centrala/api/client.ts'
import { createContactReason } from '@centrala/api/contact-reason.ts'
import { createHours, deleteHours, listHolidayCountries, listHours, previewHours } from '@centrala/api/hours.ts'
import {
  archiveQueue,
  changeQueue,
  createQueue,
  getQueue,
  listQueues,
  previewQueue,
  restoreQueue,
} from '@centrala/api/queue.ts'
import {
  changeRoutingProfile,
  createRoutingProfile,
  deleteRoutingProfile,
  listRoutingProfiles,
} from '@centrala/api/routing-profile.ts'
import { changeSkill, createSkill, deleteSkill, listSkills } from '@centrala/api/skill.ts'
import { createSurvey, deleteSurvey } from '@centrala/api/survey.ts'
import {
  archiveWrapUpCode,
  changeWrapUpCode,
  createWrapUpCode,
  listWrapUpCodes,
  orderWrapUpCodes,
  restoreWrapUpCode,
} from '@centrala/api/wrap-up-code.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'

let server: TestServer
let tenant: TestTenant
let client: Client
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  tenant = await server.tenant()
  client = tenant.client
})

/** The problem a call is refused with. */
async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => {
      throw new Error('The call was not refused.')
    },
    (refused: ApiError) => refused,
  )
  return error.problem
}
const MISSING = '00000000-0000-7000-8000-000000000000'

describe('skills', () => {
  test('a skill is made, listed, changed and deleted, with an audit entry and an event each', async () => {
    const skill = await client.call(createSkill, { body: { kind: 'language', name: 'Hrvatski', language: 'hr' } })
    expect((await client.call(listSkills)).items).toEqual([skill])
    const changed = await client.call(changeSkill, {
      params: { id: skill.id },
      body: { kind: 'skill', name: 'Billing' },
    })
    expect(changed).toMatchObject({ kind: 'skill', language: null })
    await client.call(deleteSkill, { params: { id: skill.id } })
    expect((await client.call(listSkills)).items).toEqual([])

    const { rows: audited } = await server.owner.query(
      'SELECT action FROM audit_entry WHERE tenant_id = $1 ORDER BY at',
      [tenant.id],
    )
    expect(audited.map(row => row.action)).toEqual(['skill.created', 'skill.changed', 'skill.deleted'])
    const { rows: events } = await server.owner.query(
      "SELECT data FROM event WHERE tenant_id = $1 AND type = 'configuration.changed'",
      [tenant.id],
    )
    expect(events.map(row => row.data)).toEqual(Array(3).fill({ noun: 'skill', id: skill.id }))
  })

  test('a name that is taken is refused by its field', async () => {
    await client.call(createSkill, { body: { kind: 'skill', name: 'Billing' } })
    const problem = await refusal(client.call(createSkill, { body: { kind: 'skill', name: 'Billing' } }))
    expect(problem).toMatchObject({ status: 409, code: 'name.taken', fields: [{ path: 'body.name' }] })
  })

  test('a skill that a queue asks for stays, and the refusal names the queue', async () => {
    const skill = await client.call(createSkill, { body: { kind: 'skill', name: 'Billing' } })
    const requirements = [{ skillId: skill.id, minProficiency: 3 }]
    await client.call(createQueue, { body: { name: 'Invoices', steps: [{ afterSeconds: 0, requirements }] } })
    const problem = await refusal(client.call(deleteSkill, { params: { id: skill.id } }))
    expect(problem).toMatchObject({ status: 409, code: 'skill.used' })
    expect(problem.detail).toContain('Invoices')
  })
})

describe('queues', () => {
  test('a queue begins with sensible values and changes field by field', async () => {
    const queue = await client.call(createQueue, { body: { name: 'Support' } })
    expect(queue).toMatchObject({ offerSeconds: 30, targetPercent: 80, steps: [], hoursId: null, archivedAt: null })
    const changed = await client.call(changeQueue, {
      params: { id: queue.id },
      body: { priority: 5, targetSeconds: { chat: 20 } },
    })
    expect(changed).toEqual({ ...queue, priority: 5, targetSeconds: { chat: 20 } })
  })

  test('steps out of order, and a skill asked for twice, are refused by their place', async () => {
    const skill = await client.call(createSkill, { body: { kind: 'skill', name: 'Billing' } })
    const need = { skillId: skill.id, minProficiency: 3 }
    const late = await refusal(
      client.call(createQueue, { body: { name: 'Q', steps: [{ afterSeconds: 10, requirements: [] }] } }),
    )
    expect(late.fields?.map(field => field.path)).toEqual(['body.steps.0.afterSeconds'])
    const twice = await refusal(
      client.call(createQueue, {
        body: {
          name: 'Q',
          steps: [
            { afterSeconds: 0, requirements: [need, need] },
            { afterSeconds: 0, requirements: [] },
          ],
        },
      }),
    )
    expect(twice.fields?.map(field => field.path)).toEqual(['body.steps.0.requirements', 'body.steps.1.afterSeconds'])
  })

  test('ids of another tenant name nothing', async () => {
    const other = await server.tenant()
    const theirs = await other.client.call(createQueue, { body: { name: 'Theirs' } })
    const hours = await other.client.call(createHours, { body: { name: 'Theirs', timeZone: 'UTC' } })
    expect(await refusal(client.call(getQueue, { params: { id: theirs.id } }))).toMatchObject({ status: 404 })
    expect(await refusal(client.call(changeQueue, { params: { id: theirs.id }, body: { priority: 1 } }))).toMatchObject(
      { status: 404 },
    )
    expect(await refusal(client.call(createQueue, { body: { name: 'Q', hoursId: hours.id } }))).toMatchObject({
      status: 400,
      fields: [{ path: 'body.hoursId' }],
    })
  })

  test('a queue in which somebody waits is not archived; an empty one is, and comes back', async () => {
    const queue = await client.call(createQueue, { body: { name: 'Support' } })
    const waiting = await aWaitingInteraction(queue.id)
    expect(await refusal(client.call(archiveQueue, { params: { id: queue.id } }))).toMatchObject({ code: 'queue.used' })
    await server.owner.query("UPDATE interaction SET state = 'ended', ended_at = now() WHERE id = $1", [waiting])
    await client.call(archiveQueue, { params: { id: queue.id } })
    expect((await client.call(listQueues)).items).toEqual([])
    expect((await client.call(listQueues, { query: { archived: 'true' } })).items).toHaveLength(1)
    expect(await client.call(restoreQueue, { params: { id: queue.id } })).toMatchObject({ archivedAt: null })
  })

  test('the preview shows who could serve each step, those at work first', async () => {
    const skill = await client.call(createSkill, { body: { kind: 'skill', name: 'Billing' } })
    const profile = await client.call(createRoutingProfile, { body: { name: 'Agents', weights: { chat: 25 } } })
    const queue = await client.call(createQueue, { body: { name: 'Invoices', routingProfileIds: [profile.id] } })
    await anAgent('Ana', profile.id, skill.id, 4, 'away')
    await anAgent('Boris', profile.id, skill.id, 2, 'available')
    const { steps } = await client.call(previewQueue, {
      body: {
        queueId: queue.id,
        routingProfileIds: [profile.id],
        steps: [
          { afterSeconds: 0, requirements: [{ skillId: skill.id, minProficiency: 3 }] },
          { afterSeconds: 60, requirements: [{ skillId: skill.id, minProficiency: 2 }] },
        ],
      },
    })
    expect(steps.map(step => step.agents.map(agent => agent.name))).toEqual([['Ana'], ['Boris', 'Ana']])
  })

  test('the preview heeds conditions, and shows the agents of other queues who help', async () => {
    const own = await client.call(createRoutingProfile, { body: { name: 'Own', weights: { chat: 25 } } })
    const queue = await client.call(createQueue, { body: { name: 'Invoices', routingProfileIds: [own.id] } })
    const other = await client.call(createQueue, { body: { name: 'Sales' } })
    const helping = await client.call(createRoutingProfile, {
      body: { name: 'Helping', weights: { chat: 25 }, queues: [{ queueId: other.id }] },
    })
    await anAgent('Ana', own.id)
    await anAgent('Boris', own.id)
    await anAgent('Vera', helping.id)
    await server.owner.query(`UPDATE users SET attributes = '{"tier": 2}' WHERE name IN ('Ana', 'Vera')`)
    const preview = (steps: { where?: string; queueIds?: string[] }[]) =>
      client.call(previewQueue, {
        body: {
          queueId: queue.id,
          routingProfileIds: [own.id],
          steps: steps.map((step, index) => ({ afterSeconds: index * 60, requirements: [], ...step })),
        },
      })
    const { steps } = await preview([
      { where: 'tier >= 2' },
      { where: 'tier >= 2 && contact.vip', queueIds: [other.id] },
      { queueIds: [other.id] },
    ])
    expect(steps.map(step => step.agents.map(agent => agent.name))).toEqual([
      ['Ana'],
      ['Ana', 'Vera'],
      ['Ana', 'Boris', 'Vera'],
    ])
    expect(await refusal(preview([{ where: 'tier = 2' }]))).toMatchObject({ status: 400 })
  })
})

describe('routing profiles', () => {
  test('a queue keeps its priority and delay in a profile when its list of profiles is saved again', async () => {
    const queue = await client.call(createQueue, { body: { name: 'Support' } })
    const profile = await client.call(createRoutingProfile, {
      body: { name: 'Agents', weights: { chat: 25 }, queues: [{ queueId: queue.id, priority: 7, delaySeconds: 30 }] },
    })
    await client.call(changeQueue, { params: { id: queue.id }, body: { routingProfileIds: [profile.id] } })
    const [same] = (await client.call(listRoutingProfiles)).items
    expect(same?.queues).toEqual([{ queueId: queue.id, priority: 7, delaySeconds: 30 }])
    await client.call(changeQueue, { params: { id: queue.id }, body: { routingProfileIds: [] } })
    expect((await client.call(listRoutingProfiles)).items[0]?.queues).toEqual([])
  })

  test('a weight above the capacity, and a queue named twice, are refused by their fields', async () => {
    const queue = await client.call(createQueue, { body: { name: 'Support' } })
    const entry = { queueId: queue.id }
    const body = { name: 'Agents', capacity: 50, weights: { voice: 100 }, queues: [entry, entry] }
    const problem = await refusal(client.call(createRoutingProfile, { body }))
    expect(problem.fields?.map(field => field.path)).toEqual(['body.weights.voice', 'body.queues.1.queueId'])
  })

  test('a profile that somebody has stays', async () => {
    const profile = await client.call(createRoutingProfile, { body: { name: 'Agents', weights: { chat: 25 } } })
    await anAgent('Ana', profile.id)
    const problem = await refusal(client.call(deleteRoutingProfile, { params: { id: profile.id } }))
    expect(problem).toMatchObject({ status: 409, code: 'routingProfile.used' })
    const change = { name: 'All', weights: { chat: 20, email: 30 } }
    const changed = await client.call(changeRoutingProfile, { params: { id: profile.id }, body: change })
    expect(changed).toMatchObject({ ...change, agentCount: 1 })
  })
})

describe('hours', () => {
  const week = { mon: [['08:00', '16:00']] as [string, string][] }
  test('hours say whether they are open now, and what keeps them from being deleted', async () => {
    const hours = await client.call(createHours, {
      body: { name: 'Office', timeZone: 'Europe/Zagreb', weekly: week, country: 'HR' },
    })
    const queue = await client.call(createQueue, { body: { name: 'Support', hoursId: hours.id } })
    const [listed] = (await client.call(listHours)).items
    expect(listed).toMatchObject({ queueIds: [queue.id], openNow: expect.any(Boolean) })
    expect(await refusal(client.call(deleteHours, { params: { id: hours.id } }))).toMatchObject({ code: 'hours.used' })
  })

  test('the preview tells open, next change, holidays and the coming days', async () => {
    const preview = await client.call(previewHours, {
      body: { timeZone: 'Europe/Zagreb', weekly: week, country: 'HR', at: '2026-06-01T08:00:00Z' },
    })
    expect(preview).toMatchObject({
      open: true,
      changesAt: '2026-06-01T14:00:00.000Z',
      holidays: [{ date: '2026-06-04' }, { date: '2026-06-22' }, {}, {}, {}],
    })
    expect(preview.days[3]).toMatchObject({ date: '2026-06-04', kind: 'holiday', ranges: [] })
  })

  test('times that overlap or end before they start are refused by their place', async () => {
    const body = {
      name: 'Office',
      timeZone: 'Europe/Zagreb',
      weekly: {
        mon: [
          ['08:00', '12:00'],
          ['11:00', '16:00'],
        ] as [string, string][],
        tue: [['20:00', '06:00']] as [string, string][],
      },
      closures: [{ from: '2026-12-24', to: '2026-12-20', name: 'x' }],
    }
    const problem = await refusal(client.call(createHours, { body }))
    expect(problem.fields?.map(field => field.path)).toEqual([
      'body.weekly.mon.1',
      'body.weekly.tue.0',
      'body.closures.0.to',
    ])
    expect(
      await refusal(client.call(createHours, { body: { name: 'O', timeZone: 'UTC', country: 'XX' } })),
    ).toMatchObject({ fields: [{ path: 'body.country' }] })
    expect(await refusal(client.call(createHours, { body: { name: 'O', timeZone: 'Europe/Nowhere' } }))).toMatchObject({
      fields: [{ path: 'body.timeZone' }],
    })
  })

  test('countries are named in the language asked for', async () => {
    const { items } = await client.call(listHolidayCountries, { query: { locale: 'hr' } })
    expect(items.find(country => country.code === 'DE')?.name).toBe('Njemačka')
  })
})

describe('trees of codes', () => {
  const names = (items: { name: string }[]) => items.map(item => item.name)
  test('codes are added, ordered, moved under another, archived with their branch and restored', async () => {
    const add = (name: string, parentId: string | null = null) =>
      client.call(createWrapUpCode, { body: { name, parentId } })
    const [sale, fault] = [await add('Sale'), await add('Fault')]
    const device = await add('Device', fault.id)
    await client.call(orderWrapUpCodes, { body: { parentId: null, ids: [fault.id, sale.id] } })
    expect(names((await client.call(listWrapUpCodes)).items)).toEqual(['Fault', 'Sale', 'Device'])
    await client.call(changeWrapUpCode, { params: { id: device.id }, body: { name: 'Hardware' } })
    await client.call(archiveWrapUpCode, { params: { id: fault.id } })
    expect(names((await client.call(listWrapUpCodes)).items)).toEqual(['Sale'])
    await client.call(restoreWrapUpCode, { params: { id: device.id } })
    expect(names((await client.call(listWrapUpCodes)).items)).toEqual(['Fault', 'Sale', 'Hardware'])
    const below = { parentId: device.id, ids: [fault.id] }
    expect(await refusal(client.call(orderWrapUpCodes, { body: below }))).toMatchObject({
      fields: [{ path: 'body.parentId' }],
    })
  })

  test('two brothers never have the same name', async () => {
    await client.call(createContactReason, { body: { name: 'Invoice' } })
    expect(await refusal(client.call(createContactReason, { body: { name: 'invoice' } }))).toMatchObject({
      fields: [{ path: 'body.name' }],
    })
  })
})

describe('brands, surveys, canned replies', () => {
  test('a brand that a queue belongs to stays until the queue is given another', async () => {
    const brand = await client.call(createBrand, { body: { name: 'Acme' } })
    const queue = await client.call(createQueue, { body: { name: 'Support', brandId: brand.id } })
    expect((await client.call(listBrands)).items).toMatchObject([{ color: '#0f766e', queueIds: [queue.id] }])
    expect(await refusal(client.call(deleteBrand, { params: { id: brand.id } }))).toMatchObject({ code: 'brand.used' })
    const red = await client.call(changeBrand, { params: { id: brand.id }, body: { name: 'Acme', color: '#aa0000' } })
    expect(red.color).toBe('#aa0000')
    await client.call(changeQueue, { params: { id: queue.id }, body: { brandId: null } })
    await client.call(deleteBrand, { params: { id: brand.id } })
    const bad = client.call(createBrand, { body: { name: 'A', color: 'red' } })
    expect(await refusal(bad)).toMatchObject({ fields: [{ path: 'body.color' }] })
  })

  test('a survey keeps only the languages that have words', async () => {
    const survey = await client.call(createSurvey, { body: { name: 'CSAT', question: { en: 'How was it?', hr: '' } } })
    expect(survey.question).toEqual({ en: 'How was it?' })
    await client.call(deleteSurvey, { params: { id: survey.id } })
  })

  test('one shortcut is one reply per language and queue', async () => {
    const body = { shortcut: 'hi', name: 'Greeting', text: 'Hello {{customer.name}}' }
    await client.call(createCannedReply, { body })
    await client.call(createCannedReply, { body: { ...body, locale: 'hr', text: 'Pozdrav' } })
    expect(await refusal(client.call(createCannedReply, { body }))).toMatchObject({
      status: 409,
      fields: [{ path: 'body.shortcut' }],
    })
    expect((await client.call(listCannedReplies)).items).toHaveLength(2)
    const lost = client.call(createCannedReply, { body: { ...body, shortcut: 'x', queueId: MISSING } })
    expect(await refusal(lost)).toMatchObject({ fields: [{ path: 'body.queueId' }] })
  })
})

test('whoever may not set up routing reads it and changes nothing', async () => {
  const reader = await tenant.key(['self'])
  await client.call(createQueue, { body: { name: 'Support' } })
  expect((await reader.call(listQueues)).items).toHaveLength(1)
  expect(await refusal(reader.call(createQueue, { body: { name: 'Mine' } }))).toMatchObject({
    status: 403,
    code: 'permission.missing',
  })
})

test('the directory lists who can be given work, with presence and queues', async () => {
  const queue = await client.call(createQueue, { body: { name: 'Support' } })
  const profile = await client.call(createRoutingProfile, {
    body: { name: 'Agents', weights: { chat: 25 }, queues: [{ queueId: queue.id }] },
  })
  const id = await anAgent('Ana', profile.id, undefined, undefined, 'available')
  expect((await client.call(listAgents)).items).toMatchObject([
    { id, name: 'Ana', presence: 'available', queueIds: [queue.id] },
  ])
})

async function anAgent(
  name: string,
  profileId: string,
  skillId?: string,
  proficiency?: number,
  presence = 'offline',
): Promise<string> {
  return server.services.db.tenant(tenant.id, async tx => {
    const user = { name, email: `${name}@example.com`, routingProfileId: profileId }
    const { id } = await tx.db.insertInto('users').values(user).returning('id').executeTakeFirstOrThrow()
    await tx.db.insertInto('presence').values({ userId: id, state: presence }).execute()
    if (skillId && proficiency)
      await tx.db.insertInto('userSkill').values({ userId: id, skillId, proficiency }).execute()
    return id
  })
}

async function aWaitingInteraction(queueId: string): Promise<string> {
  return server.services.db.tenant(tenant.id, async tx => {
    const [row] = await tx.query<{ id: string }>(
      `WITH c AS (INSERT INTO customer (name) VALUES ('Ivo') RETURNING id),
            v AS (INSERT INTO conversation (customer_id) SELECT id FROM c RETURNING id, customer_id)
       INSERT INTO interaction (conversation_id, customer_id, channel, direction, state, queue_id, queued_at)
       SELECT id, customer_id, 'chat', 'inbound', 'queued', $1, now() FROM v RETURNING id`,
      [queueId],
    )
    return row?.id ?? ''
  })
}
