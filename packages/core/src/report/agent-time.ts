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

/** A contact held by an agent. */
export interface Held {
  from: number
  /** Null: still. */
  to: number | null
  /** Thousandths of the agent's capacity. */
  share: number
}

/**
 * One agent's time by interval: in each presence, occupied, that is signed in and not away while holding at least one contact (several at
 * once count once), and by load, each moment by the part of the capacity that is in use. Presences that still last are left
 * out: give them an end to have them counted.
 * @param holds in any order, overlapping or not
 */
export function agentTime(presences: readonly PresenceStretch[], holds: readonly Held[]): Part[] {
  const parts: Part[] = []
  const loads = loadsOf(holds)
  for (const { agentId, state, from, to } of presences) {
    const name = TIME_IN[state]
    if (to === null || name === null) continue
    for (const cut of cutIntoIntervals(from, to)) {
      const { occupiedMs, loadMs } = STAFFED.has(state) ? within(loads, cut.from, cut.to) : NOTHING
      const totals = { [name]: cut.to - cut.from, ...(occupiedMs > 0 && { occupiedMs }), ...(loadMs > 0 && { loadMs }) }
      parts.push({ interval: cut.interval, queueId: null, agentId, channel: null, totals })
    }
  }
  return parts
}

/**
 * The part of the capacity in use, 0 to 1, on average over each of `count` steps of `stepMs` from `from` on: an agent's load over time.
 */
export function loadOverTime(holds: readonly Held[], from: number, stepMs: number, count: number): number[] {
  const loads = loadsOf(holds)
  return Array.from({ length: count }, (_, index) => {
    const begin = from + index * stepMs
    return within(loads, begin, begin + stepMs).loadMs / stepMs
  })
}

const NOTHING = { occupiedMs: 0, loadMs: 0 }
/** A stretch in which at least one is held, and the thousandths of the capacity they take together, at most all of it. */
type Load = { from: number; to: number; share: number }

function loadsOf(holds: readonly Held[]): Load[] {
  const turns = holds.flatMap(({ from, to, share }) => [
    { at: from, count: 1, share },
    { at: Math.max(from, to ?? Number.POSITIVE_INFINITY), count: -1, share: -share },
  ])
  turns.sort((a, b) => a.at - b.at)
  const loads: Load[] = []
  let count = 0
  let share = 0
  let since = 0
  for (const turn of turns) {
    if (count > 0 && turn.at > since) loads.push({ from: since, to: turn.at, share: Math.min(1000, share) })
    since = turn.at
    count += turn.count
    share += turn.share
  }
  return loads
}

function within(loads: readonly Load[], from: number, to: number): { occupiedMs: number; loadMs: number } {
  // Sorted and apart: the first that can touch is found by halving.
  let low = 0
  for (let high = loads.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((loads[middle]?.to ?? 0) <= from) low = middle + 1
    else high = middle
  }
  let occupiedMs = 0
  let thousandths = 0
  for (let index = low; index < loads.length; index++) {
    const load = loads[index] as Load
    if (load.from >= to) break
    const ms = Math.min(load.to, to) - Math.max(load.from, from)
    occupiedMs += ms
    thousandths += ms * load.share
  }
  return { occupiedMs, loadMs: Math.round(thousandths / 1000) }
}
