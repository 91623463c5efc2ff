import type { CallFact } from '@centrala/api/call-fact.ts'
import { expect, test } from 'vitest'
import { FactInbox } from './fact-inbox.ts'

const fact = (n: number) => ({ n, at: new Date(), fact: { type: 'legRinging', legId: String(n) } as CallFact })
const turn = () => new Promise(resolve => setImmediate(resolve))

test('what is told of a held call waits until it is let go, however often it is held; other calls do not', async () => {
  const taken: string[] = []
  const inbox = new FactInbox({
    take: async (callId, facts) => void taken.push(...facts.map(({ n }) => `${callId}${n}`)),
    refuse: async () => {},
  })
  const first = inbox.hold('a')
  const second = inbox.hold('a')
  inbox.add('a', fact(1), () => {})
  inbox.add('b', fact(1), () => {})
  await turn()
  expect(taken).toEqual(['b1'])
  second()
  inbox.add('a', fact(2), () => {})
  await turn()
  expect(taken).toEqual(['b1'])
  first()
  await inbox.settle('a')
  expect(taken).toEqual(['b1', 'a1', 'a2'])
  inbox.add('a', fact(3), () => {})
  await inbox.settle('a')
  expect(taken.at(-1)).toBe('a3')
  await inbox.stop()
})

test('what is told of a call that is held while it waits for its turn waits on', async () => {
  const taken: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const inbox = new FactInbox({
    take: async callId => {
      if (callId.startsWith('busy')) await promise
      taken.push(callId)
    },
    refuse: async () => {},
  })
  for (let n = 0; n < 8; n++) inbox.add(`busy ${n}`, fact(1), () => {})
  inbox.add('a', fact(1), () => {})
  inbox.add('b', fact(1), () => {})
  await turn()
  const release = inbox.hold('a')
  resolve()
  await inbox.settle('b')
  await turn()
  expect(taken).toHaveLength(9)
  expect(taken).not.toContain('a')
  release()
  await inbox.settle('a')
  expect(taken.at(-1)).toBe('a')
  await inbox.stop()
})
