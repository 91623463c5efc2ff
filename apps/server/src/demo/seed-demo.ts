import { statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
import type { Tx } from '@centrala/store/database.ts'
import { createUser } from '../auth/account.ts'
import type { Services } from '../services.ts'
import { CANNED, DEMO_PASSWORD, PEOPLE, REASONS, SKILLS, WRAP_UP } from './demo-content.ts'
import { seedHistory } from './seed-history.ts'
import { seedPhone } from './seed-phone.ts'

export interface Demo {
  tenantId: string
  signIns: { role: string; email: string; password: string }[]
}

/** The demonstration tenant of this installation, or null. Its passwords are known to everybody. */
export async function demoTenant({ db }: Pick<Services, 'db'>): Promise<Demo | null> {
  const { rows } = await db.log.query<{ id: string }>(
    "SELECT tenant_id AS id FROM tenant WHERE settings ->> 'demo' = 'true' LIMIT 1",
  )
  const tenantId = rows[0]?.id
  return tenantId
    ? { tenantId, signIns: PEOPLE.map(({ roles, email }) => ({ role: roles[0], email, password: DEMO_PASSWORD })) }
    : null
}

/** Makes the demonstration tenant: an outdoor shop with its people, queues, channels and ten days of history. */
export async function seedDemo(services: Services, progress: (step: string) => void): Promise<void> {
  progress('Seeding the demonstration company')
  const { db } = services
  const tenantId = crypto.randomUUID()
  const base = await db.tenant(tenantId, tx => seedCompany(tx))
  const agents: { id: string; name: string }[] = []
  for (const person of PEOPLE) {
    const routingProfileId = person.roles[0] === 'admin' ? undefined : base.profileId
    const { id } = await createUser(db, tenantId, {
      name: person.name,
      email: person.email,
      password: DEMO_PASSWORD,
      roles: person.roles,
      locale: person.locale,
      ...(routingProfileId && { routingProfileId, teamId: base.teamId }),
    })
    await db.tenant(tenantId, async tx => {
      const skills = Object.entries(person.skills).map(([key, proficiency]) => ({
        userId: id,
        skillId: base.skills[key] ?? '',
        proficiency,
      }))
      if (skills.length > 0) await tx.db.insertInto('userSkill').values(skills).execute()
    })
    if (person.roles[0] === 'agent') agents.push({ id, name: person.name })
  }
  const [owner] = agents
  if (owner) await db.tenant(tenantId, tx => seedPhone(tx, base, owner))
  progress('Writing ten days of history')
  await seedHistory(db, tenantId, { ...base, agents })
  await db.tenant(tenantId, tx => tx.query('DELETE FROM router_lease'))
  await services.router.adopt(tenantId)
}

export interface SeededCompany {
  brandId: string
  hoursId: string
  profileId: string
  teamId: string
  skills: Record<string, string>
  queues: { support: string; orders: string; complaints: string }
  chatAccountId: string
  mailAccountId: string
  wrapUpCodes: string[]
  contactReasons: string[]
}

async function seedCompany(tx: Tx): Promise<SeededCompany> {
  const insert = async (table: string, values: Record<string, unknown>): Promise<string> => {
    const names = Object.keys(values)
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')}) RETURNING ${table === 'tenant' ? 'tenant_id' : 'id'} AS id`,
      Object.values(values).map(value => (value !== null && typeof value === 'object' ? JSON.stringify(value) : value)),
    )
    return row?.id ?? ''
  }
  await insert('tenant', {
    tenant_id: tx.tenantId,
    slug: 'adria-outdoor',
    name: 'Adria Outdoor',
    locale: 'en',
    time_zone: 'Europe/Zagreb',
    settings: { demo: true },
  })
  // Nobody routes it while its past is being written.
  await tx.query("INSERT INTO router_lease (holder, expires_at) VALUES ('seed', now() + interval '10 minutes')")
  const brandId = await insert('brand', { name: 'Adria Outdoor', locale: 'hr', color: '#0f766e' })
  const teamId = await insert('team', { name: 'Customer care' })
  const skills: Record<string, string> = {}
  for (const { key, name, language } of SKILLS)
    skills[key] = await insert('skill', { name, kind: language ? 'language' : 'skill', language })
  for (const [position, name] of ['Lunch', 'Break', 'Training', 'Meeting'].entries())
    await insert('presence_reason', { name, position })
  const weekdays = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map(day => [day, [['08:00', '20:00']]]))
  const hoursId = await insert('hours', {
    name: 'Shop hours',
    time_zone: 'Europe/Zagreb',
    weekly: { ...weekdays, sat: [['09:00', '15:00']] },
    country: 'HR',
  })
  const surveyId = await insert('survey', { name: 'How was it?' })
  const queue = (name: string, more: Record<string, unknown>) =>
    insert('queue', {
      name,
      brand_id: brandId,
      survey_id: surveyId,
      signature: '{{agent.name}}\n{{brand.name}} · Customer care',
      ...more,
    })
  const needs = (key: string, minProficiency: number) => [{ skillId: skills[key], minProficiency }]
  const queues = {
    support: await queue('Support', { priority: 10, steps: [] }),
    orders: await queue('Orders', {
      priority: 10,
      steps: [
        { afterSeconds: 0, requirements: needs('orders', 4) },
        { afterSeconds: 60, requirements: needs('orders', 2) },
        { afterSeconds: 180, requirements: [] },
      ],
    }),
    complaints: await queue('Complaints', {
      priority: 20,
      hours_id: hoursId,
      contact_reason_required: true,
      steps: [
        { afterSeconds: 0, requirements: needs('returns', 3) },
        { afterSeconds: 120, requirements: [] },
      ],
    }),
  }
  const profileId = await insert('routing_profile', {
    name: 'Customer care',
    weights: { voice: 100, chat: 50, email: 50, form: 50 },
  })
  for (const [place, queueId] of Object.values(queues).entries()) {
    await tx.query('INSERT INTO routing_profile_queue (routing_profile_id, queue_id, priority) VALUES ($1, $2, $3)', [
      profileId,
      queueId,
      place,
    ])
  }
  const tree = async (table: string, branches: Record<string, string[]>) => {
    const leaves: string[] = []
    for (const [position, [name, children]] of Object.entries(branches).entries()) {
      const parent = await insert(table, { name, position })
      for (const [place, child] of children.entries())
        leaves.push(await insert(table, { name: child, parent_id: parent, position: place }))
    }
    return leaves
  }
  const wrapUpCodes = await tree('wrap_up_code', WRAP_UP)
  const contactReasons = await tree('contact_reason', REASONS)
  for (const canned of CANNED) await insert('canned_reply', { ...canned })
  const chatAccountId = await insert('channel_account', {
    channel: 'chat',
    name: 'Web shop chat',
    key: 'adria-outdoor-demo',
    brand_id: brandId,
    queue_id: queues.support,
    config: {
      title: 'Adria Outdoor',
      color: '#0f766e',
      calls: true,
      greeting: {
        en: 'Hello! Ask us anything about gear, orders or trails.',
        hr: 'Pozdrav! Pitajte nas bilo što o opremi, narudžbama ili stazama.',
      },
      preChat: [
        { id: 'name', kind: 'text', required: true },
        { id: 'email', kind: 'email', required: false },
      ],
    },
  })
  const intake = told(statePhrase('mailbox.intakeOnly'))
  const mailAccountId = await insert('channel_account', {
    channel: 'email',
    name: 'support@adria-outdoor.example',
    brand_id: brandId,
    queue_id: queues.support,
    config: {
      fromAddress: 'support@adria-outdoor.example',
      fromName: 'Adria Outdoor',
      intakeAddresses: ['support@adria-outdoor.example'],
    },
    state_sentence: intake.sentence,
    state_phrase: intake.phrase,
  })
  return {
    brandId,
    hoursId,
    profileId,
    teamId,
    skills,
    queues,
    chatAccountId,
    mailAccountId,
    wrapUpCodes,
    contactReasons,
  }
}
