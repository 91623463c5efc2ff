import type { Call } from '@centrala/api/call.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import type { Message } from '@centrala/api/message.ts'
import { describe, expect, test } from 'vitest'
import { type SegmentView, timelineRows } from './timeline-rows.ts'

const at = (minute: number, day = 1) => new Date(2026, 4, day, 10, minute).toISOString()
const message = (id: string, minute: number, over: Partial<Message> = {}) =>
  ({
    id,
    author: 'customer',
    userId: null,
    internal: false,
    channel: 'chat',
    createdAt: at(minute),
    ...over,
  }) as Message
const interaction = (over: Partial<Interaction> = {}) =>
  ({
    id: 'i',
    channel: 'chat',
    direction: 'inbound',
    createdAt: at(0),
    endedAt: null,
    closedAt: null,
    outcome: null,
    agentName: 'Ana',
    ...over,
  }) as Interaction
const segment = (over: Partial<SegmentView>) =>
  ({
    id: 's',
    interactionId: 'i',
    queueName: null,
    agentName: null,
    endedAt: null,
    outcome: null,
    ...over,
  }) as SegmentView

describe('the timeline', () => {
  test('tells what happened between the messages, in order', () => {
    const rows = timelineRows(
      [message('m1', 1), message('m2', 5)],
      [interaction()],
      [
        segment({ id: 'q', kind: 'queue', queueName: 'Support', startedAt: at(2) }),
        segment({ id: 'o', kind: 'offer', agentName: 'Marko', startedAt: at(2), endedAt: at(3), outcome: 'expired' }),
        segment({ id: 'a', kind: 'agent', agentName: 'Ana', startedAt: at(4) }),
      ],
      true,
    )
    expect(rows.map(row => (row.kind === 'system' ? row.lines.map(line => line.key).join() : row.kind))).toEqual([
      'day',
      'started',
      'message',
      'queued,offerExpired,joined',
      'message',
    ])
    const joined = rows[3]?.kind === 'system' ? rows[3].lines[2] : undefined
    expect(joined).toMatchObject({ agent: 'Ana', ms: 120_000 })
  })
  test('a call is a card of its own, and what it says is not said again', () => {
    const call = { id: 'c', interactionId: 'i', startedAt: at(1) } as Call
    const rows = timelineRows(
      [message('m1', 5)],
      [interaction({ channel: 'voice', endedAt: at(4), closedAt: at(6), outcome: 'handled' })],
      [
        segment({ id: 'q', kind: 'queue', queueName: 'Support', startedAt: at(2) }),
        segment({ id: 'a', kind: 'agent', agentName: 'Ana', startedAt: at(3) }),
      ],
      true,
      [call],
    )
    expect(rows.map(row => (row.kind === 'system' ? row.lines.map(line => line.key).join() : row.kind))).toEqual([
      'day',
      'call',
      'queued',
      'message',
      'wrappedUp',
    ])
  })
  test('one person’s messages in a row read as one, until something or somebody comes between', () => {
    const rows = timelineRows(
      [message('a', 1), message('b', 2), message('c', 3, { author: 'agent' }), message('d', 30, { author: 'agent' })],
      [],
      [],
      true,
    )
    expect(rows.flatMap(row => (row.kind === 'message' ? [[row.id, row.opens, row.closes]] : []))).toEqual([
      ['a', true, false],
      ['b', false, true],
      ['c', true, true],
      ['d', true, true],
    ])
  })
  test('a new day is said', () => {
    const rows = timelineRows([message('a', 1), message('b', 1, { createdAt: at(1, 2) })], [], [], true)
    expect(rows.map(row => row.kind)).toEqual(['day', 'message', 'day', 'message'])
  })
  test('what happened before the oldest loaded message waits until that is loaded', () => {
    const rows = timelineRows([message('m', 5)], [interaction()], [], false)
    expect(rows.some(row => row.kind === 'system')).toBe(false)
  })
})
