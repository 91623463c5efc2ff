import type { Call } from '@centrala/api/call.ts'
import type { Interaction, Segment } from '@centrala/api/interaction.ts'
import type { Message } from '@centrala/api/message.ts'
import type { z } from 'zod'

export type SegmentView = z.infer<typeof Segment>

/** One quiet line about what happened to the contact. `key` is the text, the rest its values. */
export interface SystemLine {
  id: string
  at: string
  key:
    | 'started'
    | 'startedByUs'
    | 'queued'
    | 'offerRejected'
    | 'offerExpired'
    | 'joined'
    | 'ended'
    | 'abandoned'
    | 'moved'
    | 'wrappedUp'
  channel?: Interaction['channel']
  queue?: string
  agent?: string
  /** How long it took, in milliseconds. */
  ms?: number
}

export type Row =
  | { kind: 'day'; id: string; at: string }
  | { kind: 'system'; id: string; lines: SystemLine[] }
  /** `opens` begins and `closes` ends a run of one author's messages: the name stands once, the time at the end. */
  | { kind: 'call'; id: string; call: Call }
  | { kind: 'message'; id: string; message: Message; opens: boolean; closes: boolean }

type Happening = SystemLine | { id: string; at: string; call: Call }

function systemLines(
  interactions: readonly Interaction[],
  segments: readonly SegmentView[],
  called: ReadonlySet<string>,
): SystemLine[] {
  const lines: SystemLine[] = []
  for (const interaction of interactions) {
    const { id, channel } = interaction
    if (!called.has(id))
      lines.push({
        id: `${id}.start`,
        at: interaction.createdAt,
        key: interaction.direction === 'inbound' ? 'started' : 'startedByUs',
        channel,
        agent: interaction.agentName ?? '',
      })
    if (interaction.endedAt !== null && !called.has(id)) {
      const key =
        { abandoned: 'abandoned', shortAbandoned: 'abandoned', moved: 'moved' }[interaction.outcome as string] ??
        'ended'
      lines.push({ id: `${id}.end`, at: interaction.endedAt, key: key as SystemLine['key'], channel })
    }
    if (interaction.closedAt !== null && interaction.outcome === 'handled')
      lines.push({ id: `${id}.close`, at: interaction.closedAt, key: 'wrappedUp', agent: interaction.agentName ?? '' })
  }
  for (const segment of segments) {
    const { id, startedAt: at, endedAt, outcome } = segment
    const agent = segment.agentName ?? ''
    if (segment.kind === 'queue') lines.push({ id, at, key: 'queued', queue: segment.queueName ?? '' })
    else if (segment.kind === 'agent' && !called.has(segment.interactionId)) {
      const queue = segments.findLast(
        other => other.interactionId === segment.interactionId && other.kind === 'queue' && other.startedAt <= at,
      )
      // Who wrote first, or moved it here, did not answer anybody.
      if (queue) lines.push({ id, at, key: 'joined', agent, ms: Date.parse(at) - Date.parse(queue.startedAt) })
    } else if (segment.kind === 'offer' && endedAt !== null) {
      if (outcome === 'rejected') lines.push({ id, at: endedAt, key: 'offerRejected', agent })
      if (outcome === 'expired') lines.push({ id, at: endedAt, key: 'offerExpired', agent })
    }
  }
  return lines
}

const sameAuthor = (a: Message, b: Message) =>
  a.author === b.author && a.userId === b.userId && a.internal === b.internal && a.channel === b.channel
const RUN_MS = 5 * 60_000

/**
 * Messages and system lines in one order of time. Lines that no message parts are one row; a day's change is a row; what
 * happened before the oldest loaded message waits until that is loaded.
 */
export function timelineRows(
  messages: readonly Message[],
  interactions: readonly Interaction[],
  segments: readonly SegmentView[],
  complete: boolean,
  calls: readonly Call[] = [],
): Row[] {
  const oldest = messages[0]?.createdAt
  const lines: Happening[] = [
    // What a call's own card says is not said twice.
    ...systemLines(interactions, segments, new Set(calls.map(call => call.interactionId))),
    ...calls.map(call => ({ id: call.id, at: call.startedAt, call })),
  ]
    .filter(line => complete || oldest === undefined || line.at >= oldest)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const rows: Row[] = []
  let day = ''
  let next = 0
  const enter = (at: string) => {
    const its = new Date(at).toDateString()
    if (its !== day) rows.push({ kind: 'day', id: `day ${its}`, at })
    day = its
  }
  const say = (before: string | null) => {
    for (let line = lines[next]; line && (before === null || line.at <= before); line = lines[++next]) {
      enter(line.at)
      const last = rows.at(-1)
      if ('call' in line) rows.push({ kind: 'call', id: line.id, call: line.call })
      else if (last?.kind === 'system') last.lines.push(line)
      else rows.push({ kind: 'system', id: line.id, lines: [line] })
    }
  }
  for (const message of messages) {
    say(message.createdAt)
    enter(message.createdAt)
    const last = rows.at(-1)
    const continues =
      last?.kind === 'message' &&
      message.channel !== 'email' &&
      sameAuthor(last.message, message) &&
      Date.parse(message.createdAt) - Date.parse(last.message.createdAt) < RUN_MS
    if (continues) last.closes = false
    rows.push({ kind: 'message', id: message.id, message, opens: !continues, closes: true })
  }
  say(null)
  return rows
}
