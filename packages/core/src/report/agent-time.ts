import type { Presence } from '../presence/presence.ts'
import { cutIntoIntervals } from './interval.ts'
import type { Part, Total } from './totals.ts'

/** An agent in one presence from one moment to the next, epoch ms. */
export interface PresenceStretch {
  agentId: string
  state: Presence
  from: number
  /** Null while it lasts. */
  to: number | null
}

const TIME_IN: Record<Presence, Total | null> = {
  offline: null,
  available: 'availableMs',
  busy: 'busyMs',
  wrapUp: 'wrapUpPresenceMs',
  notResponding: 'notRespondingMs',
  away: 'awayMs',
}
const STAFFED: ReadonlySet<Presence> = new Set(['available', 'busy', 'wrapUp', 'notResponding'])

/** The presences of one agent, from its changes sorted by time: each lasts until the next, the last one still does. */
export function presenceStretches(
  agentId: string,
  changes: readonly { at: number; state: Presence }[],
): PresenceStretch[] {
  return changes.map(({ at, state }, index) => ({ agentId, state, from: at, to: changes[index + 1]?.at ?? null }))
}

/**
 * One agent's time by interval: in each presence, and occupied, that is signed in and not away while holding at least one contact.
 * Holding several at once counts once. Presences that still last are left out: give them an end to have them counted.
 * @param holds when contacts were held, in any order, overlapping or not; `to` null: still
 */
export function agentTime(
  presences: readonly PresenceStretch[],
  holds: readonly { from: number; to: number | null }[],
): Part[] {
  const parts: Part[] = []
  const held = unite(holds)
  for (const { agentId, state, from, to } of presences) {
    const name = TIME_IN[state]
    if (to === null || name === null) continue
    for (const cut of cutIntoIntervals(from, to)) {
      const occupiedMs = STAFFED.has(state) ? overlap(held, cut.from, cut.to) : 0
      const totals = { [name]: cut.to - cut.from, ...(occupiedMs > 0 && { occupiedMs }) }
      parts.push({ interval: cut.interval, queueId: null, agentId, channel: null, totals })
    }
  }
  return parts
}

type Span = { from: number; to: number }

function unite(spans: readonly { from: number; to: number | null }[]): Span[] {
  const united: Span[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = united.at(-1)
    const end = to ?? Number.POSITIVE_INFINITY
    if (last && from <= last.to) last.to = Math.max(last.to, end)
    else united.push({ from, to: end })
  }
  return united
}

function overlap(united: readonly Span[], from: number, to: number): number {
  // Sorted and apart: the first that can touch is found by halving.
  let low = 0
  for (let high = united.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((united[middle]?.to ?? 0) <= from) low = middle + 1
    else high = middle
  }
  let sum = 0
  for (let index = low; index < united.length; index++) {
    const span = united[index] as Span
    if (span.from >= to) break
    sum += Math.min(span.to, to) - Math.max(span.from, from)
  }
  return sum
}
