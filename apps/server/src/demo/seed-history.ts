import type { Command } from '@centrala/core/interaction/interaction.ts'
import type { Database, Tx } from '@centrala/store/database.ts'
import { changeInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import { findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { TALKS, type Talk, WAITING } from './demo-content.ts'
import type { SeededCompany } from './seed-demo.ts'

type Company = SeededCompany & { agents: { id: string; language: string }[] }
interface Step {
  at: number
  run: (tx: Tx, at: Date) => Promise<unknown>
}

const DAYS = 10
/** Of a working day; a Sunday has a third. */
const PER_DAY = 30
const MINUTE = 60_000

/** Days of work through the same doors as real work, only dated back: so every screen and figure has something true to show. */
export async function seedHistory(db: Database, tenantId: string, company: Company): Promise<void> {
  const random = randomFrom(7)
  const steps: Step[] = []
  const today = new Date()
  today.setUTCHours(7, 0, 0, 0)
  const now = Date.now()
  for (let day = DAYS; day >= 0; day--) {
    const opens = today.getTime() - day * 86_400_000
    for (const agent of company.agents)
      steps.push(...shift(agent.id, opens, random).map(step => ({ ...step, at: Math.min(step.at, now - MINUTE) })))
    const busy = (0.75 + random() / 2) * (new Date(opens).getUTCDay() === 0 ? 1 / 3 : 1)
    for (let index = 0; index < PER_DAY * busy; index++) {
      const talk = TALKS[Math.floor(random() * TALKS.length)]
      const told = talk ? story(company, talk, opens + random() * 9 * 60 * MINUTE, random) : []
      if (told.every(step => step.at < now)) steps.push(...told) // only what is over by now
    }
  }
  for (const [index, talk] of WAITING.entries())
    steps.push(...waiting(company, talk, Date.now() - (WAITING.length - index) * 7 * MINUTE))
  const past = steps.filter(step => step.at <= Date.now()).sort((a, b) => a.at - b.at)
  for (let from = 0; from < past.length; from += 100) {
    await db.tenant(tenantId, async tx => {
      for (const { at, run } of past.slice(from, from + 100)) await run(tx, new Date(at))
    })
  }
}

function shift(userId: string, opens: number, random: () => number): Step[] {
  const presence = (at: number, state: string): Step => ({
    at,
    run: async (tx, when) => {
      await tx.query(
        'INSERT INTO presence (user_id, state, since) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, user_id) DO UPDATE SET state = $2, since = $3',
        [userId, state, when],
      )
      tx.emit({
        type: 'presence.changed',
        at: when,
        userId,
        actorId: userId,
        data: { state, reasonId: null, nextState: null },
      })
    },
  })
  const lunch = opens + (3.5 + random()) * 60 * MINUTE
  return [
    presence(opens - random() * 10 * MINUTE, 'available'),
    presence(lunch, 'away'),
    presence(lunch + 30 * MINUTE, 'available'),
    presence(opens + (10 + random() / 3) * 60 * MINUTE, 'offline'),
  ]
}

function story(company: Company, talk: Talk, begins: number, random: () => number): Step[] {
  const chat = talk.channel === 'chat'
  const agent =
    company.agents.find(one => one.language === talk.language) ??
    company.agents[Math.floor(random() * company.agents.length)]
  const queueId = /reklam|broke|zamen/i.test(talk.subject)
    ? company.queues.complaints
    : /naru|order|livrare/i.test(talk.subject)
      ? company.queues.orders
      : company.queues.support
  const begun = begin(company, talk, begins, queueId)
  const steps = [begun.step]
  const wait = chat ? (5 + random() * 55) * 1000 : (10 + random() * 170) * MINUTE
  if (chat && random() < 0.08)
    return [...steps, begun.command(begins + (20 + random() * 200) * 1000, { type: 'abandon', shortMs: 5000 })]
  if (!agent) return steps
  let at = begins + wait
  steps.push(begun.command(at, { type: 'offer', agentId: agent.id, expiresAt: at + 30_000 }))
  at += 2000 + random() * 8000
  steps.push(begun.command(at, { type: 'accept', agentId: agent.id }))
  for (const [author, text] of talk.lines.slice(1)) {
    at += chat ? (15 + random() * 60) * 1000 : (3 + random() * 6) * MINUTE
    steps.push(begun.message(at, author, text, author === 'agent' ? agent.id : null))
  }
  at += 20_000 + random() * 60_000
  steps.push(begun.command(at, { type: 'end', outcome: 'handled', wrapUpMs: 60_000 }))
  const pick = (list: string[]) => list[Math.floor(random() * list.length)] ?? null
  const chosen = { wrapUpCodeId: pick(company.wrapUpCodes), contactReasonId: pick(company.contactReasons) }
  const rated = random() < 0.55 ? (random() < 0.8 ? 5 : random() < 0.6 ? 4 : 2) : null
  at += 5000 + random() * 30_000
  steps.push(begun.command(at, { type: 'wrapUp' }, chosen))
  if (rated) steps.push(begun.rating(at + 30_000, rated))
  return steps
}

function waiting(company: Company, talk: Talk, at: number): Step[] {
  return [begin(company, talk, at, company.queues.support).step]
}

/** A customer's first message, and the commands and messages that may follow it. */
function begin(company: Company, talk: Talk, at: number, queueId: string) {
  const chat = talk.channel === 'chat'
  const channelAccountId = chat ? company.chatAccountId : company.mailAccountId
  let ids = { interactionId: '', conversationId: '' }
  const message = (when: number, author: 'customer' | 'agent', text: string, userId: string | null): Step => ({
    at: when,
    run: (tx, createdAt) =>
      addMessage(tx, {
        ...ids,
        channel: talk.channel,
        author,
        userId,
        text,
        createdAt,
        channelAccountId,
        status: author === 'agent' ? (chat ? 'read' : 'sent') : 'stored',
        subject: chat ? null : talk.subject,
        sender: !chat && author === 'customer' ? { address: talk.email, name: talk.customer, verified: false } : null,
        recipients: chat
          ? null
          : { to: [author === 'customer' ? 'support@adria-outdoor.example' : talk.email], cc: [], bcc: [] },
      }),
  })
  const step: Step = {
    at,
    run: async (tx, when) => {
      const { customerId } = await findOrCreateCustomer(tx, {
        kind: 'email',
        address: talk.email,
        verified: false,
        name: talk.customer,
        language: talk.language,
      })
      const conversation = await tx.db
        .insertInto('conversation')
        .values({ customerId, subject: talk.subject, createdAt: when, lastMessageAt: when })
        .returning('id')
        .executeTakeFirstOrThrow()
      const interaction = await openInteraction(tx, {
        conversationId: conversation.id,
        customerId,
        channel: talk.channel,
        channelAccountId,
        direction: 'inbound',
        language: talk.language,
        at: when,
        context: chat ? { page: { url: 'https://adria-outdoor.example/tents', title: 'Tents' } } : {},
      })
      ids = { interactionId: interaction.id, conversationId: conversation.id }
      await message(at, 'customer', talk.lines[0]?.[1] ?? '', null).run(tx, when)
      await changeInteraction(tx, interaction.id, { type: 'queue', queueId }, { at: when })
    },
  }
  return {
    step,
    message,
    command: (when: number, command: Command, also: Record<string, string | null> = {}): Step => ({
      at: when,
      run: (tx, moment) => changeInteraction(tx, ids.interactionId, command, { at: moment, also }),
    }),
    rating: (when: number, score: number): Step => ({
      at: when,
      run: async (tx, moment) => {
        await tx.db
          .insertInto('surveyResponse')
          .values({ interactionId: ids.interactionId, score, askedAt: moment, answeredAt: moment })
          .execute()
        tx.emit({ type: 'survey.answered', at: moment, ...ids, data: { score } })
      },
    }),
  }
}

/** A small repeatable generator (mulberry32), so that every demonstration looks alike. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}
