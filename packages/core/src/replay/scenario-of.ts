import type { Channel } from '../channel/channel.ts'
import { given } from '../simulate/arrivals.ts'
import { constant, scaled } from '../simulate/law.ts'
import { seededRandom } from '../simulate/random.ts'
import type { Need, Scenario, Source } from '../simulate/scenario.ts'
import { type Changes, changed, extraAgents } from './change.ts'
import { type Flow, flowKey } from './model.ts'
import type { Entry, Observation } from './observe.ts'

/** What a queue promises. */
export interface Promised {
  /** Service level: answered within, by channel. */
  targetMs: Partial<Record<Channel, number>>
  /** Giving up sooner does not count as abandoned. */
  shortMs: number
}

/** Where nothing is promised every answer is in time, as in docs/metrics.md. */
export const targetOf = (promised: Promised | undefined, channel: Channel): number =>
  promised?.targetMs[channel] ?? Number.POSITIVE_INFINITY

/** The observed stretch as a scenario, under changed rules: everybody comes when they came, with what they needed. */
export function scenarioOf(
  observation: Observation,
  flows: readonly Flow[],
  promised: ReadonlyMap<string, Promised>,
  changes: Changes,
  bucketMs: number,
): Scenario {
  const { fromAt, toAt, begin, schedule, held } = observation
  const told = changed([...begin, ...schedule], changes)
  const extra = extraAgents(told, changes.extra)
  const laws = new Map(flows.map(flow => [flowKey(flow), flow.handleMs]))
  const anyHandleMs = flows[0]?.handleMs ?? constant(0)
  const heldIds = new Set(held.map(({ interactionId }) => interactionId))
  const later = changed(schedule, changes).filter(
    // The end of what is held at the beginning is drawn or known with it.
    event => !(event.type === 'interaction.released' && heldIds.has(event.interactionId)),
  )
  return {
    startAt: fromAt,
    endAt: Math.max(toAt, fromAt + 1),
    bucketMs,
    begin: [...changed(begin, changes), ...extra.begin],
    schedule: [...later, ...extra.schedule].sort((a, b) => a.at - b.at),
    sources: flows.map(flow => sourceOf(flow, promised.get(flow.queueId), changes, fromAt, toAt)),
    held: held
      .filter(({ agentId }) => !changes.agents.get(agentId)?.absent)
      .map(({ agentId, channel, queueId, leftMs }) => ({
        agentId,
        channel,
        handleMs:
          leftMs !== null ? constant(leftMs) : (queueId && laws.get(flowKey({ queueId, channel }))) || anyHandleMs,
      })),
  }
}

function sourceOf(flow: Flow, promised: Promised | undefined, changes: Changes, fromAt: number, toAt: number): Source {
  const { queueId, channel } = flow
  const change = changes.queues.get(queueId)
  const entries = multiplied(flow.entries, change?.arrivals ?? 1, `${queueId} ${channel}`, fromAt, toAt)
  const now: Promised | undefined = change?.targetMs
    ? { targetMs: change.targetMs, shortMs: promised?.shortMs ?? 0 }
    : promised
  const preferredForMs = change?.preferredForMs
  const patience = change?.patience ?? 1
  return {
    queueId,
    channel,
    arrivals: given(entries.map(({ enteredAt }) => Math.max(fromAt, enteredAt))),
    need(index): Need {
      const { need, enteredAt } = entries[index]!
      const preferred = preferredForMs !== undefined && need.preferredAgentId !== undefined ? { preferredForMs } : {}
      return { ...need, ...preferred, ...(enteredAt < fromAt && { enteredAt }) }
    },
    handleMs: scaled(flow.handleMs, change?.handleTime ?? 1),
    ...(flow.patience && { patienceMs: scaled(flow.patience, patience) }),
    ...(flow.leave && { leaveMs: flow.leave }),
    targetMs: targetOf(now, channel),
    shortMs: promised?.shortMs ?? 0,
    answers: flow.answers,
  }
}

/** Copies come within these minutes of the real ones, so that two do not come at one instant. */
const JITTER_MS = 5 * 60_000

/** So many times as many: each is there as often as the factor says, on average, at about its time. The same for every run. */
function multiplied(
  entries: readonly Entry[],
  factor: number,
  name: string,
  fromAt: number,
  toAt: number,
): readonly Entry[] {
  if (factor === 1) return entries
  const random = seededRandom(name)
  const copies: Entry[] = []
  for (const entry of entries) {
    const count = Math.floor(factor + random.next())
    for (let copy = 0; copy < count; copy++) {
      const shifted = entry.enteredAt + (random.next() - 0.5) * 2 * JITTER_MS
      const enteredAt = copy === 0 ? entry.enteredAt : Math.round(Math.min(toAt - 1, Math.max(fromAt, shifted)))
      copies.push({ ...entry, enteredAt })
    }
  }
  return copies.sort((a, b) => a.enteredAt - b.enteredAt)
}
