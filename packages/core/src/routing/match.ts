import type { Heads } from './heads.ts'
import { Heap } from './heap.ts'
import { type Line, score } from './line.ts'
import type { Places } from './places.ts'
import { type KeptFree, keptBy } from './reserve.ts'
import type { Agent, Pool, Signature } from './signature.ts'
import { firstOf, type Staff } from './staff.ts'
import { type Interaction, NONE } from './state.ts'

const NO_RESERVES: readonly KeptFree[] = []

/** Carries out one choice; afterwards the agent is not free and the interaction stands in no line. */
export type Offer = (interaction: Interaction, line: Line, agent: Agent) => void

/**
 * Offers until nobody free could take anything that waits. The rule, of which everything here is a faster form: take the first
 * interaction in order that somebody can take; of the agents who can, the best (order.ts); that agent gets its own first choice, which
 * is this interaction unless its profile ranks the queue of another higher. Repeat.
 *
 * Between matches no free agent and waiting line go together, so only pairs with a dirty agent or a dirty line need a look.
 */
export function match(staff: Staff, places: Places, now: number, offer: Offer): void {
  const agents = staff.dirty
  const lines = places.dirty
  const { standing } = places
  if (agents.length === 0 && lines.length === 0) return
  if (lines.length === 0 && agents.length === 1) {
    const agent = agents[0]!
    const line = firstChoice(agent, places, now)
    if (line) offer(standing.first(line.row), line, agent)
  } else if (agents.length === 0 && lines.length === 1) {
    const line = lines[0]!
    for (let head = standing.first(line.row); head !== NONE; head = standing.first(line.row)) {
      const agent = bestAgent(line, head, staff, places)
      if (!agent) break
      offer(head, line, agent)
    }
  } else matchMany(candidates(agents, lines, places.heads), staff, places, now, offer)
  for (let agent = agents.pop(); agent; agent = agents.pop()) agent.dirty = false
  for (let line = lines.pop(); line; line = lines.pop()) line.dirty = false
}

/** Every line that may have an agent now. */
function candidates(agents: readonly Agent[], lines: readonly Line[], heads: Heads): Set<Line> {
  const found = new Set<Line>(lines)
  const seen = new Set<Signature>()
  for (const agent of agents) {
    for (const line of agent.reserved) found.add(line)
    if (seen.has(agent.signature)) continue
    seen.add(agent.signature)
    const { rows, special } = agent.signature.menu
    for (const row of rows) if (!heads.isEmpty(row)) found.add(heads.line(row))
    for (const { line } of special) found.add(line)
  }
  return found
}

interface Entry {
  line: Line
  head: Interaction
}

function matchMany(lines: Iterable<Line>, staff: Staff, places: Places, now: number, offer: Offer): void {
  const { interactions, standing } = places
  const entryBefore = (a: Entry, b: Entry): boolean => {
    const difference =
      score(a.line, interactions.queuedAt(a.head), now) - score(b.line, interactions.queuedAt(b.head), now)
    return difference !== 0 ? difference > 0 : interactions.cameBefore(a.head, b.head)
  }
  const heap = new Heap<Entry>(entryBefore)
  for (const line of lines) {
    const head = standing.first(line.row)
    if (head !== NONE) heap.push({ line, head })
  }
  for (let entry = heap.first; entry && staff.idle > 0; entry = heap.first) {
    const { line } = entry
    const head = standing.first(line.row)
    if (head === NONE) {
      heap.pop()
      continue
    }
    if (entry.head !== head) {
      entry.head = head
      heap.settle()
      continue
    }
    const agent = bestAgent(line, head, staff, places)
    if (!agent) {
      heap.pop()
      continue
    }
    const choice = agent.signature.flat ? line : firstChoice(agent, places, now)!
    offer(standing.first(choice.row), choice, agent)
  }
}

function better(pool: Pool, agent: Agent, best: Agent | null): boolean {
  if (!best) return true
  if (pool.load !== best.pool.load) return pool.load < best.pool.load
  if (agent.idleSince !== best.idleSince) return agent.idleSince < best.idleSince
  return agent.id < best.id
}

/** Whether a free agent may take the work of a line. */
export function mayTake(agent: Agent, line: Line): boolean {
  if (!agent.free || !agent.pool.fits[line.channel]) return false
  if (line.reserved && line.reserved !== agent) return false
  const edge = line.stage.edges.get(agent.signature)
  if (edge === undefined || edge.refusal !== null || line.excluded.includes(agent.id)) return false
  return edge.keptBy.length === 0 || !keptBy(edge.keptBy, agent.pool)
}

/** The best free agent for the first of a line. */
export function bestAgent(line: Line, head: Interaction, staff: Staff, { interactions }: Places): Agent | null {
  if (line.reserved) return mayTake(line.reserved, line) ? line.reserved : null
  if (staff.idle === 0) return null
  const wishes = interactions.wishes(head)
  if (wishes !== null && wishes.preferredAgentId !== null) {
    const preferred = staff.agents.get(wishes.preferredAgentId)
    if (preferred && mayTake(preferred, line)) return preferred
  }
  const { stage } = line
  if (stage.kind.queue.reserves.length > 0) return bestUnkept(line)
  let best: Agent | null = null
  if (staff.active.length < stage.served.length) {
    for (const signature of staff.active) {
      const edge = stage.edges.get(signature)
      if (edge && edge.refusal === null) best = bestOf(signature, line, best)
    }
  } else for (const { signature } of stage.served) if (signature.idle > 0) best = bestOf(signature, line, best)
  return best
}

/** The same where the queue has reserves: those whom none of them names come first. */
function bestUnkept(line: Line): Agent | null {
  let best: Agent | null = null
  let spared: Agent | null = null
  for (const edge of line.stage.served) {
    if (edge.signature.idle === 0) continue
    if (!edge.spared) best = bestOf(edge.signature, line, best)
    else if (!best) spared = bestOf(edge.signature, line, spared, edge.keptBy)
  }
  return best ?? spared
}

function bestOf(
  signature: Signature,
  line: Line,
  best: Agent | null,
  reserves: readonly KeptFree[] = NO_RESERVES,
): Agent | null {
  const { channel } = line
  for (const pool of signature.openPools) {
    if (pool.agents.size === 0 || !pool.fits[channel]) continue
    if (reserves.length > 0 && keptBy(reserves, pool)) continue
    const agent = firstOf(pool, line.excluded)
    if (agent && better(pool, agent, best)) best = agent
  }
  return best
}

/** The line whose first a free agent takes: by rank in its profile, then in order. */
export function firstChoice(agent: Agent, { heads }: Places, now: number): Line | null {
  const { signature, reserved, pool } = agent
  if (!agent.free || !pool.open) return null
  const { menu } = signature
  const few = heads.opened.length < menu.rows.length
  let best = few ? firstOpen(agent, heads, now) : heads.best(menu, pool, now)
  for (const { line } of menu.special) if (goesBefore(line, best, agent, heads, now)) best = line.row
  for (const line of reserved) if (goesBefore(line, best, agent, heads, now)) best = line.row
  return best === 0 ? null : heads.line(best)
}

/** The row of the first line that the agent may take among all that are open; 0 where there is none. */
function firstOpen(agent: Agent, heads: Heads, now: number): number {
  let best = 0
  for (const row of heads.opened) {
    const line = heads.line(row)
    if (line.excluded.length === 0 && goesBefore(line, best, agent, heads, now)) best = row
  }
  return best
}

/** Whether the agent may take the first of a line, and takes it before that in row `best` (0: none). */
function goesBefore(line: Line, best: number, agent: Agent, heads: Heads, now: number): boolean {
  if (heads.isEmpty(line.row) || !mayTake(agent, line)) return false
  if (best === 0) return true
  const { rank } = line.stage.edges.get(agent.signature)!
  const other = heads.line(best).stage.edges.get(agent.signature)!
  return rank !== other.rank ? rank > other.rank : heads.before(line.row, best, now)
}
