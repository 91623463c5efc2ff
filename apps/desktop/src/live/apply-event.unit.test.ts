import type { Interaction } from '@centrala/api/interaction.ts'
import type { Message } from '@centrala/api/message.ts'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { describe, expect, test } from 'vitest'
import { keys, putInteraction, withInteraction, withMessage } from './apply-event.ts'

const me = 'me'
const interaction = (over: Partial<Interaction>) =>
  ({ id: 'i1', agentId: me, state: 'active', version: 1, ...over }) as Interaction
const message = (over: Partial<Message>) =>
  ({ id: 'm1', clientId: null, text: '', createdAt: '2026-05-01T10:00:00.000Z', ...over }) as Message
const pages = (...items: Message[]) => ({ pages: [{ items, next: null }], pageParams: [null] })

describe('my interactions follow events', () => {
  test('an offer made to me appears, one withdrawn from me leaves', () => {
    const offered = withInteraction([], me, interaction({ state: 'offered' }))
    expect(offered).toHaveLength(1)
    expect(withInteraction(offered, me, interaction({ state: 'queued', agentId: null, version: 2 }))).toEqual([])
  })
  test('work transferred to a colleague leaves', () => {
    expect(withInteraction([interaction({})], me, interaction({ agentId: 'ana', version: 2 }))).toEqual([])
  })
  test('late news does not undo newer news', () => {
    const known = [interaction({ state: 'wrapUp', version: 5 })]
    expect(withInteraction(known, me, interaction({ state: 'active', version: 4 }))).toEqual(known)
  })
  test.each([undefined, []])(
    'an offer told while the list is on its way is not lost to what the list was before (known: %j)',
    async known => {
      const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
      const offer = interaction({ state: 'offered' })
      const answers = [Promise.withResolvers<Interaction[]>(), Promise.withResolvers<Interaction[]>()]
      let asked = 0
      const queryFn = () => answers[Math.min(asked++, 1)]!.promise
      if (known) queries.setQueryData(keys.myInteractions, known)
      const stop = new QueryObserver(queries, { queryKey: keys.myInteractions, queryFn }).subscribe(() => {})
      putInteraction(queries, me, offer)
      answers[0]!.resolve([])
      answers[1]!.resolve([offer])
      await expect.poll(() => queries.getQueryData(keys.myInteractions)).toEqual([offer])
      expect(asked).toBe(2)
      stop()
      queries.clear()
    },
  )
})

describe('messages follow events', () => {
  test('the stored message takes the place of the one being sent', () => {
    const sending = message({ id: 'local', clientId: 'c-1', status: 'sending' })
    const stored = message({ id: 'm9', clientId: 'c-1', status: 'sent' })
    expect(withMessage(pages(sending), stored).pages[0]?.items).toEqual([stored])
  })
  test('the same message twice is shown once', () => {
    const one = message({ id: 'm2' })
    expect(withMessage(withMessage(pages(), one), one).pages[0]?.items).toEqual([one])
  })
  test('a message that committed late finds its place by time', () => {
    const first = message({ id: 'a', createdAt: '2026-05-01T10:00:01.000Z' })
    const third = message({ id: 'c', createdAt: '2026-05-01T10:00:03.000Z' })
    const second = message({ id: 'b', createdAt: '2026-05-01T10:00:02.000Z' })
    expect(withMessage(pages(first, third), second).pages[0]?.items.map(item => item.id)).toEqual(['a', 'b', 'c'])
  })
})
