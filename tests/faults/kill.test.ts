import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createUser, hashPassword } from '@centrala/server/auth/account.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { openDatabase } from '@centrala/store/database.ts'
import { roleNames } from '@centrala/store/migrate.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookieOf } from '../server.ts'
import { until } from '../until.ts'
import { type Installation, install, SECRET } from './installation.ts'
import { judgeInteractions, mostLoad } from './judge.ts'
import { type Phase, post, visit, watch, work } from './load.ts'

const SECONDS = Number(process.env.SECONDS ?? 120)
const VISITORS = Number(process.env.VISITORS ?? 20)
const POSTERS = Number(process.env.POSTERS ?? 4)
const AGENTS = Number(process.env.AGENTS ?? 8)
const KILL_MS = Number(process.env.KILL_MS ?? 6000)
const PASSWORD = 'seven fault stones in a row'
const MAILBOX = 'help@faults.example.com'
const WEIGHTS = { chat: 25, email: 30 }

let installation: Installation
beforeAll(async () => {
  installation = await install(24_800)
  await installation.start()
}, 180_000)
afterAll(() => installation?.remove(), 60_000)

test(
  'killed at any moment under load, it starts again in seconds and nothing acknowledged is lost, doubled or owned twice',
  async () => {
    const { tenantId, key, people } = await found(installation)
    const phase: Phase = { writing: true, over: false }
    const cookies: string[] = []
    for (const email of people) cookies.push(await cookieOf(installation.origin, email, PASSWORD))
    const supervisor = watch(installation.origin, cookies[0] ?? '', phase)
    await supervisor.begun
    const agents = cookies.slice(1).map(cookie => work(installation.origin, cookie, phase))
    const visitors = Array.from({ length: VISITORS }, () => visit(installation.origin, key, 700, phase))
    const posters = Array.from({ length: POSTERS }, (_, index) =>
      post(installation.mailPort, MAILBOX, `customer-${index}`, 500, phase),
    )

    const kills = { server: 0, database: 0, both: 0 }
    const end = Date.now() + SECONDS * 1000
    while (Date.now() < end) {
      await sleep(KILL_MS * (0.5 + Math.random()))
      const dice = Math.random()
      if (dice < 0.45) {
        if (await installation.killDatabase()) kills.database++
      } else {
        if (dice > 0.75 && (await installation.killDatabase())) kills.both++
        else kills.server++
        await installation.killServer()
        await installation.start()
      }
    }
    phase.writing = false
    await until(
      () =>
        fetch(`${installation.origin}/readyz`).then(
          answer => answer.ok,
          () => false,
        ),
      'the server',
      60_000,
    ).catch(error => {
      throw new Error(`${error.message} It ended by itself: ${installation.ownEnds.join('\n') || 'no'}`)
    })
    await Promise.all(posters.map(poster => poster.done))
    await until(
      () => visitors.every(visitor => visitor.unacknowledged.size === 0),
      'every word to be acknowledged',
      60_000,
    )

    const owner = new pg.Client(await installation.ownerUrl())
    await owner.connect()
    const number = async (sql: string) => Number((await owner.query(sql, [tenantId])).rows[0]?.n)
    const quiet = Date.now()
    await until(
      async () =>
        (await number('SELECT count(*) AS n FROM inbound_event WHERE tenant_id = $1 AND processed_at IS NULL')) === 0,
      'every stored mail to be read',
      90_000,
    )
    const mailReadS = (Date.now() - quiet) / 1000
    await until(
      async () =>
        (await number("SELECT count(*) AS n FROM interaction WHERE tenant_id = $1 AND state <> 'ended'")) === 0,
      'all that waited to be served after the last start',
      120_000,
    )
    const servedS = (Date.now() - quiet) / 1000
    const events = await number("SELECT count(*) AS n FROM event WHERE tenant_id = $1 AND type = 'message.created'")
    await until(() => supervisor.messages.size >= events, `the screen to have all ${events} messages`, 30_000).catch(
      () => {},
    )
    phase.over = true
    await Promise.all([...visitors, ...agents].map(each => each.done))
    supervisor.close()

    const words = visitors.flatMap(visitor => visitor.acknowledged)
    const mails = posters.flatMap(poster => poster.taken)
    const { rows: stored } = await owner.query<{ clientId: string | null; id: string; mail: string | null }>(
      `SELECT id, client_id AS "clientId", provider_id AS mail FROM message WHERE tenant_id = $1 AND author = 'customer'`,
      [tenantId],
    )
    const byClient = Map.groupBy(stored, row => row.clientId)
    const byMail = Map.groupBy(stored, row => row.mail?.replace(/[<>]/g, '') ?? null)
    const wrong = await judgeInteractions(owner, tenantId)
    const lostWords = words.filter(word => !byClient.has(word.clientId))
    const doubledWords = words.filter(word => (byClient.get(word.clientId)?.length ?? 0) > 1)
    const otherWords = words.filter(word => word.messageId && byClient.get(word.clientId)?.[0]?.id !== word.messageId)
    const lostMails = mails.filter(id => !byMail.has(id))
    const doubledMails = mails.filter(id => (byMail.get(id)?.length ?? 0) > 1)
    const unseen = stored.filter(row => !supervisor.messages.has(row.id))
    const seenTwice = [...supervisor.messages].filter(([, times]) => times > 1)
    const load = await mostLoad(owner, tenantId, WEIGHTS)
    const sum = (name: 'accepted' | 'rejected' | 'transferred' | 'ended' | 'refused' | 'failed') =>
      agents.reduce((total, agent) => total + agent.counts[name], 0)
    const summary = {
      kills,
      starts_s: { most: max(installation.starts.slice(1)), median: median(installation.starts.slice(1)) },
      words_acknowledged: words.length,
      mails_acknowledged: mails.length,
      interactions: await number('SELECT count(*) AS n FROM interaction WHERE tenant_id = $1'),
      accepted: sum('accepted'),
      rejected: sum('rejected'),
      transferred: sum('transferred'),
      refused: sum('refused'),
      failed_calls: sum('failed'),
      screen: {
        connections: supervisor.connections(),
        resyncs: supervisor.resyncs(),
        messages: supervisor.messages.size,
      },
      mails_read_after_s: mailReadS,
      all_served_after_s: servedS,
      most_load: load,
      visitor_problems: Object.fromEntries(visitors.flatMap(visitor => [...visitor.problems])),
      lost: lostWords.length + lostMails.length,
      doubled: doubledWords.length + doubledMails.length + otherWords.length,
      unseen: unseen.length,
      seen_twice: seenTwice.length,
      wrong: wrong.length,
      own_ends: installation.ownEnds,
    }
    console.log(JSON.stringify({ faults: 'kill', ...summary }, null, 1))
    await owner.end()

    expect(words.length).toBeGreaterThan(50)
    expect(mails.length).toBeGreaterThan(10)
    expect(wrong).toEqual([])
    expect({ lostWords, doubledWords, otherWords, lostMails, doubledMails }).toEqual({
      lostWords: [],
      doubledWords: [],
      otherWords: [],
      lostMails: [],
      doubledMails: [],
    })
    if (supervisor.resyncs() === 0) expect(unseen).toEqual([])
    expect(seenTwice).toEqual([])
    expect(load).toBeLessThanOrEqual(100)
    expect(installation.ownEnds).toEqual([])
  },
  (SECONDS + 420) * 1000,
)

/** A company with a queue, a widget, a mailbox and people, put in directly: it is the faults that are tested here. */
async function found(on: Installation): Promise<{ tenantId: string; key: string; people: string[] }> {
  const db = openDatabase({
    ownerUrl: await on.ownerUrl(),
    roles: roleNames('centrala'),
    rolePassword: rolePasswordOf(SECRET),
  })
  const tenantId = randomUUID()
  const key = `faults-${randomUUID()}`
  try {
    const profileId = await db.tenant(tenantId, async tx => {
      await tx.db.insertInto('tenant').values({ tenantId, slug: 'faults', name: 'Faults' }).execute()
      const queue = await tx.db
        .insertInto('queue')
        .values({ name: 'Help', offerSeconds: 15 })
        .returning('id')
        .executeTakeFirstOrThrow()
      const profile = await tx.db
        .insertInto('routingProfile')
        .values({ name: 'All', weights: JSON.stringify(WEIGHTS), interrupts: '{}' })
        .returning('id')
        .executeTakeFirstOrThrow()
      await tx.db
        .insertInto('routingProfileQueue')
        .values({ routingProfileId: profile.id, queueId: queue.id })
        .execute()
      await tx.db
        .insertInto('channelAccount')
        .values({ channel: 'chat', name: 'Shop', key, queueId: queue.id })
        .execute()
      await tx.db
        .insertInto('channelAccount')
        .values({
          channel: 'email',
          name: 'Help',
          key: randomUUID(),
          queueId: queue.id,
          config: JSON.stringify({ fromAddress: MAILBOX, intakeAddresses: [MAILBOX] }),
        })
        .execute()
      return profile.id
    })
    const hash = await hashPassword(PASSWORD)
    const people = [
      'supervisor@faults.example',
      ...Array.from({ length: AGENTS }, (_, n) => `agent-${n}@faults.example`),
    ]
    for (const [index, email] of people.entries())
      await createUser(db, tenantId, {
        name: email,
        email,
        password: PASSWORD,
        hash,
        roles: index === 0 ? ['supervisor'] : ['agent'],
        ...(index > 0 && { routingProfileId: profileId }),
      })
    await db.tenant(tenantId, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
    return { tenantId, key, people }
  } finally {
    await db.close()
  }
}

const max = (values: number[]) => Number(Math.max(0, ...values).toFixed(1))
const median = (values: number[]) => Number((values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0).toFixed(1))
