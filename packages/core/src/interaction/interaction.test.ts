import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Command, type InteractionFacts, transition } from './interaction.ts'

const START: InteractionFacts = {
  id: 'i',
  state: 'flow',
  channel: 'chat',
  queueId: null,
  agentId: null,
  queuedAt: null,
  answeredAt: null,
  offerExpiresAt: null,
  hold: null,
}

function play(commands: Command[]): { facts: InteractionFacts; outcomes: string[]; refused: string[] } {
  let facts = START
  const outcomes: string[] = []
  const refused: string[] = []
  commands.forEach((command, index) => {
    const result = transition(facts, command, 1000 * (index + 1))
    if (!result.ok) {
      refused.push(result.code)
      return
    }
    outcomes.push(result.change.event.type)
    facts = { ...facts, ...result.change.set } as InteractionFacts
  })
  return { facts, outcomes, refused }
}

const queue: Command = { type: 'queue', queueId: 'q' }
const offer = (agentId: string): Command => ({ type: 'offer', agentId, expiresAt: 1_000_000 })

test('from the queue to an agent, through wrap-up, to its end', () => {
  const { facts, outcomes, refused } = play([
    queue,
    offer('ana'),
    { type: 'accept', agentId: 'ana' },
    { type: 'end', outcome: 'handled', wrapUpMs: 60_000 },
    { type: 'wrapUp' },
  ])
  expect(refused).toEqual([])
  expect(facts.state).toBe('ended')
  expect(facts.answeredAt).toBe(3000)
  expect(outcomes).toEqual([
    'interaction.queued',
    'interaction.offered',
    'interaction.accepted',
    'interaction.ended',
    'interaction.wrappedUp',
  ])
})

test('of two agents who accept one offer, one gets it', () => {
  const { facts, refused } = play([
    queue,
    offer('ana'),
    { type: 'accept', agentId: 'ana' },
    { type: 'accept', agentId: 'iva' },
  ])
  expect(facts.agentId).toBe('ana')
  expect(refused).toEqual(['offer.gone'])
})

test('a rejected offer goes back to its place', () => {
  const { facts } = play([queue, offer('ana'), { type: 'reject', agentId: 'ana' }])
  expect(facts).toMatchObject({ state: 'queued', queuedAt: 1000, agentId: null })
})

test('a transferred customer keeps the time already waited', () => {
  const { facts } = play([
    queue,
    offer('ana'),
    { type: 'accept', agentId: 'ana' },
    { type: 'transfer', queueId: 'other', preferredAgentId: null },
  ])
  expect(facts).toMatchObject({ state: 'queued', queueId: 'other', queuedAt: 1000 })
})

test('an offer cannot be accepted after it ran out', () => {
  const result = play([queue, { type: 'offer', agentId: 'ana', expiresAt: 2500 }, { type: 'accept', agentId: 'ana' }])
  expect(result.refused).toEqual(['offer.expired'])
})

test('a customer on hold stays the agent’s, and is talked to again after a consultation', () => {
  const { facts, outcomes, refused } = play([
    queue,
    offer('ana'),
    { type: 'accept', agentId: 'ana' },
    { type: 'hold' },
    { type: 'hold' },
    { type: 'consult' },
    { type: 'hold' },
    { type: 'resume' },
    { type: 'resume' },
  ])
  expect(refused).toEqual(['interaction.state', 'interaction.state'])
  expect(outcomes.slice(3)).toEqual([
    'interaction.held',
    'interaction.consulted',
    'interaction.held',
    'interaction.resumed',
  ])
  expect(facts).toMatchObject({ state: 'active', agentId: 'ana', hold: null })
})

test('whoever left a queue for their flow keeps the time already waited when they come to another', () => {
  const { facts } = play([
    queue,
    offer('ana'),
    { type: 'leave', reason: 'timeout' },
    { type: 'queue', queueId: 'other' },
  ])
  expect(facts).toMatchObject({ state: 'queued', queueId: 'other', queuedAt: 1000, agentId: null })
})

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.constant(queue),
  fc.constantFrom('ana', 'iva').map(offer),
  fc.record({
    type: fc.constantFrom('accept', 'reject', 'expire', 'withdraw', 'assign'),
    agentId: fc.constantFrom('ana', 'iva'),
  }) as fc.Arbitrary<Command>,
  fc.constant<Command>({ type: 'transfer', queueId: 'other', preferredAgentId: 'iva' }),
  fc.constant<Command>({ type: 'return', preferredAgentId: 'ana' }),
  fc.constant<Command>({ type: 'end', outcome: 'handled', wrapUpMs: 1000 }),
  fc.constant<Command>({ type: 'end', outcome: 'closed', wrapUpMs: null }),
  fc.constant<Command>({ type: 'abandon', shortMs: 5000 }),
  fc.constant<Command>({ type: 'wrapUp' }),
  fc.constant<Command>({ type: 'leave', reason: 'timeout' }),
  fc.constantFrom<Command>({ type: 'hold' }, { type: 'consult' }, { type: 'resume' }),
)

test('whatever is asked, an owner exists exactly while it is offered, active or wrapped up, and the end is the end', () => {
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 40 }), list => {
      let ended = false
      let facts = START
      list.forEach((command, index) => {
        const result = transition(facts, command, 1000 * (index + 1))
        expect(ended && result.ok).toBe(false)
        if (!result.ok) return
        facts = { ...facts, ...result.change.set } as InteractionFacts
        ended = facts.state === 'ended'
        if (facts.state === 'queued' || facts.state === 'flow') expect(facts.agentId).toBeNull()
        if (['offered', 'active', 'wrapUp'].includes(facts.state)) expect(facts.agentId).not.toBeNull()
        if (facts.state !== 'flow' && !ended) expect(facts.queuedAt !== null || facts.answeredAt !== null).toBe(true)
        // on hold only with an owner, and the open segment says so
        if (facts.state !== 'active') expect(facts.hold).toBeNull()
        else expect(result.change.open?.kind).toBe(facts.hold ?? 'agent')
        // a segment is open exactly while the interaction is
        expect(result.change.open === null).toBe(ended)
      })
    }),
  )
})
