import type { CallFact } from '@centrala/api/voice-link.ts'
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
