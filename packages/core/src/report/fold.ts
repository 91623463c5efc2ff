import type { Presence } from '../presence/presence.ts'
import { agentTime, type Held, presenceStretches } from './agent-time.ts'
import { foldContact } from './contact.ts'
import type { ReportEvent, TargetAt } from './event.ts'
import { Rollup } from './totals.ts'

/**
 * All totals from raw events, in one go: what every figure means. Rollups are kept by folding only what has changed, and must equal this.
 * What still goes on (a wait, a handling, a presence) counts once it is over; a contact that waits counts as offered.
 */
export function fold(events: readonly ReportEvent[], targetAt: TargetAt): Rollup {
  const rollup = new Rollup()
  const holds = new Map<string, Held[]>()
  const contacts = Map.groupBy(
    events.filter(event => event.interactionId),
    event => event.interactionId,
  )
  for (const own of contacts.values()) {
    const { parts, stretches } = foldContact(own, targetAt)
    for (const part of parts) rollup.add(part)
    for (const { kind, agentId, from, to, share } of stretches) {
      if (kind !== 'hold' || !agentId) continue
      const list = holds.get(agentId)
      if (list) list.push({ from, to, share })
      else holds.set(agentId, [{ from, to, share }])
    }
  }
  const presences = Map.groupBy(
    events.filter(event => event.type === 'presence.changed' && event.agentId),
    event => event.agentId ?? '',
  )
  for (const [agentId, changes] of presences) {
    const sorted = changes
      .toSorted((a, b) => a.at - b.at || a.seq - b.seq)
      .map(({ at, data }) => ({ at, state: data.state as Presence }))
    for (const part of agentTime(presenceStretches(agentId, sorted), holds.get(agentId) ?? [])) rollup.add(part)
  }
  return rollup
}
