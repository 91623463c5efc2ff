import type { Command } from '@centrala/core/interaction/interaction.ts'
import type { OfferDecision } from '@centrala/core/routing/decision.ts'
import type { RoutingEvent } from '@centrala/core/routing/event.ts'
import { type Random, seededRandom } from '@centrala/core/simulate/random.ts'
import type { Database, Tx } from '@centrala/store/database.ts'
import { changeInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import { appendTurns, journalDecision } from '@centrala/store/routing-journal.ts'
import { findOrCreateCustomer } from '../customer/find-or-create-customer.ts'
import { writeReceipts } from '../routing/carry-out.ts'
import { loadConfiguration } from '../routing/load-routing.ts'
import { TALKS, type Talk, WAITING } from './demo-content.ts'
import { type LivedTurn, liveDays, type Subject } from './live-days.ts'
import type { SeededCompany } from './seed-demo.ts'

type Company = SeededCompany & { agents: { id: string }[] }
interface Step {
  at: number
  run: (tx: Tx, at: Date) => Promise<unknown>
}

const DAYS = 10
const MINUTE = 60_000
const WRAP_UP = MINUTE

/**
 * Days of work through the same doors as real work, only dated back: so every screen and figure has something true to show. Who was offered what was
 * decided by the router itself, and is in its journal: what really happened can be replayed.
 */
export async function seedHistory(db: Database, tenantId: string, company: Company): Promise<void> {
  const random = seededRandom(9)
  const now = Date.now()
  const { events } = await db.tenant(tenantId, tx => loadConfiguration(tx, now - (DAYS + 1) * 86_400_000))
  const { turns, subjectOf } = liveDays(
    {
      configuration: events.map(withoutPhone),
      agentIds: company.agents.map(({ id }) => id),
      subjects: TALKS.map(talk => subjectIn(company, talk, queueOf(company, talk))),
      waiting: WAITING.map((talk, index) => ({
        subject: subjectIn(company, talk, company.queues.support),
        at: now - (WAITING.length - index) * 7 * MINUTE,
      })),
      days: DAYS,
      now,
    },
    random.split('days'),
  )
  const steps = stories(company, turns, subjectOf, random.split('stories')).filter(step => step.at <= now)
  steps.sort((a, b) => a.at - b.at)
  for (let from = 0; from < steps.length; from += 100) {
    await db.tenant(tenantId, async tx => {
      for (const { at, run } of steps.slice(from, from + 100)) await run(tx, new Date(at))
    })
  }
  await db.tenant(tenantId, tx =>
    appendTurns(
      tx,
      turns.map(({ told, decisions, at }, index) => ({
        at: new Date(at),
        start: index === 0,
        told: [...told],
        decisions: decisions.map(journalDecision),
      })),
    ),
  )
}

/** Nobody had a phone connected in those days. */
function withoutPhone(event: RoutingEvent): RoutingEvent {
  if (event.type !== 'agent.set') return event
  const { voice: _, ...weights } = event.weights
  return { ...event, weights }
}

function queueOf({ queues }: Company, { subject }: Talk): string {
  if (/reklam|broke|zamen/i.test(subject)) return queues.complaints
  return /naru|order|livrare/i.test(subject) ? queues.orders : queues.support
}

/** With the customer's language as a requirement, as the server makes it. */
function subjectIn({ skills }: Company, talk: Talk, queueId: string): Subject {
  const skillId = skills[talk.language]
  return { talk, queueId, requirements: skillId ? [{ skillId, minProficiency: 1 }] : [] }
}

/** The turns of the router as what happened in the company. */
function stories(
  company: Company,
  turns: readonly LivedTurn[],
  subjectOf: ReadonlyMap<string, Subject>,
  random: Random,
): Step[] {
  const overAt = new Map<string, number>()
  for (const { told, at } of turns)
    for (const event of told) if (event.type === 'interaction.removed') overAt.set(event.interactionId, at)
  const steps: Step[] = []
  const begun = new Map<string, ReturnType<typeof begin>>()
  for (const { told, decisions, at } of turns) {
    for (const event of told) {
      if (event.type === 'agent.presence') steps.push(presence(event.agentId, event.state, at))
      if (!('interactionId' in event) || !event.interactionId) continue
      const { interactionId } = event
      const subject = subjectOf.get(interactionId)
      if (!subject) continue
      const contact = begun.get(interactionId) ?? begin(company, subject, interactionId, at)
      if (event.type === 'interaction.queued') {
        begun.set(interactionId, contact)
        steps.push(contact.step)
      } else if (event.type === 'interaction.assigned') {
        steps.push(contact.command(at, { type: 'accept', agentId: event.agentId }))
        const endsAt = (overAt.get(interactionId) ?? Number.POSITIVE_INFINITY) - random.next() * 0.8 * WRAP_UP
        const lines = subject.talk.lines.slice(1)
        for (const [index, [author, text]] of lines.entries()) {
          const when = at + ((endsAt - at) * (index + 0.6 + 0.4 * random.next())) / (lines.length + 0.5)
          steps.push(contact.message(when, author, text, author === 'agent' ? event.agentId : null))
        }
        steps.push(contact.command(endsAt, { type: 'end', outcome: 'handled', wrapUpMs: WRAP_UP }))
      } else if (event.type === 'interaction.removed' && event.abandoned)
        steps.push(contact.command(at, { type: 'abandon', shortMs: 5000 }))
      else if (event.type === 'interaction.removed') {
        const pick = (list: string[]) => list[random.below(list.length)] ?? null
        const chosen = { wrapUpCodeId: pick(company.wrapUpCodes), contactReasonId: pick(company.contactReasons) }
        steps.push(contact.command(at, { type: 'wrapUp' }, chosen))
        const rated = random.next() < 0.55
        if (rated) steps.push(contact.rating(at + MINUTE / 2, random.next() < 0.8 ? 5 : random.next() < 0.6 ? 4 : 2))
      }
    }
    const offers = decisions.filter(decision => decision.type === 'offer')
    for (const offer of offers) {
      const contact = begun.get(offer.interactionId)
      if (contact) steps.push(contact.offer(offer))
    }
  }
  return steps
}

function presence(userId: string, state: string, at: number): Step {
  return {
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
  }
}

/** A customer's first message, and the commands and messages that may follow it. */
function begin(company: Company, { talk, queueId, requirements }: Subject, interactionId: string, at: number) {
  const chat = talk.channel === 'chat'
  const channelAccountId = chat ? company.chatAccountId : company.mailAccountId
  const ids = { interactionId, conversationId: '' }
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
  const command = (when: number, what: Command, also: Record<string, string | null> = {}): Step => ({
    at: when,
    run: async (tx, moment) => {
      const changed = await changeInteraction(tx, interactionId, what, { at: moment, also })
      if (!changed.ok)
        throw new Error(`The demonstration cannot ${what.type} at ${moment.toISOString()}: ${changed.detail}`)
    },
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
      ids.conversationId = conversation.id
      await openInteraction(tx, {
        id: interactionId,
        conversationId: conversation.id,
        customerId,
        channel: talk.channel,
        channelAccountId,
        direction: 'inbound',
        language: talk.language,
        at: when,
        context: chat ? { page: { url: 'https://adria-outdoor.example/tents', title: 'Tents' } } : {},
      })
      await message(at, 'customer', talk.lines[0]?.[1] ?? '', null).run(tx, when)
      const also = { requirements: JSON.stringify(requirements) }
      await changeInteraction(tx, interactionId, { type: 'queue', queueId }, { at: when, also })
    },
  }
  return {
    step,
    message,
    command,
    offer: (offer: OfferDecision): Step => {
      const { at: when, agentId, expiresAt } = offer
      const { run } = command(when, { type: 'offer', agentId, expiresAt })
      return { at: when, run: async (tx, moment) => [await run(tx, moment), await writeReceipts(tx, [offer])] }
    },
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
