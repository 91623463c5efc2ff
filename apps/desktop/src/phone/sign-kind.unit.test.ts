import type { Phone } from '@centrala/api/call.ts'
import { expect, test } from 'vitest'
import type { LineState } from './line-state.ts'
import { canHear, signKind } from './sign-kind.ts'

const phone = (over: Partial<Phone> = {}): Phone => ({
  nodes: [{ nodeId: 'a', connected: true }],
  iceServers: [],
  deskPhones: [],
  numbers: [],
  canDial: true,
  reachable: false,
  ...over,
})
const line = (state: LineState) => ({ nodeId: 'a', lineId: 'l', state, quality: 'good' as const, soundBlocked: false })
const desk = { deskPhones: [{ id: 'd', name: 'Desk', registered: true }] }

test('an open line is all that is needed', () => {
  expect(signKind({ audio: { kind: 'on' }, lines: [line({ kind: 'open' })] }, phone())).toBe('ready')
})
test('with two nodes, one open line is enough to be called', () => {
  const lines = [line({ kind: 'lost', attempt: 3, problem: null }), line({ kind: 'open' })]
  expect(signKind({ audio: { kind: 'on' }, lines }, phone())).toBe('ready')
})
test('without a node nothing else matters, and nobody is asked for a microphone', () => {
  expect(signKind({ audio: { kind: 'off' }, lines: [] }, phone({ nodes: [] }))).toBe('noNode')
  expect(
    signKind(
      { audio: { kind: 'blocked', why: 'denied' }, lines: [] },
      phone({ nodes: [{ nodeId: 'a', connected: false }] }),
    ),
  ).toBe('noNode')
})
test('a call goes on while the server does not hear of the node', () => {
  const view = { audio: { kind: 'on' as const }, lines: [line({ kind: 'open' })] }
  expect(signKind(view, phone({ nodes: [{ nodeId: 'a', connected: false }] }))).toBe('ready')
})
test('a desk phone makes up for a browser without a microphone', () => {
  const kind = signKind({ audio: { kind: 'blocked', why: 'missing' }, lines: [] }, phone(desk))
  expect(kind).toBe('desk')
  expect(canHear(kind)).toBe(true)
})
test('what stands in the way is said', () => {
  expect(signKind({ audio: { kind: 'blocked', why: 'denied' }, lines: [] }, phone())).toBe('denied')
  expect(signKind({ audio: { kind: 'elsewhere' }, lines: [] }, phone())).toBe('elsewhere')
  expect(signKind({ audio: { kind: 'on' }, lines: [] }, phone())).toBe('connecting')
  expect(signKind({ audio: { kind: 'on' }, lines: [line({ kind: 'shaky' })] }, phone())).toBe('lost')
  expect(canHear('lost')).toBe(false)
})
