import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const stored = new Map<string, string>()
const sent: { clientId: string; text: string }[] = []
let page = new EventTarget()
let answer: () => Response | Promise<Response>

const ok = () => Response.json({ id: 'm', clientId: 'c', mentions: [] })
const refused = () =>
  Response.json(
    {
      type: 'about:blank',
      title: 'No',
      status: 409,
      code: 'interaction.notYours',
      detail: 'It is with a colleague now.',
    },
    { status: 409, headers: { 'content-type': 'application/problem+json' } },
  )
const waiting = () =>
  JSON.parse(stored.get('centrala.outbox') ?? '[]') as {
    clientId: string
    refused: string | null
    body: { text: string }
  }[]

async function openPage() {
  vi.resetModules()
  return import('./outbox.ts')
}
const message = (text: string, undoMs = 0) => ({
  userId: 'ana',
  conversationId: 'c1',
  body: { interactionId: 'i1', text },
  files: [],
  undoMs,
})

beforeEach(() => {
  vi.useFakeTimers()
  stored.clear()
  page = new EventTarget()
  sent.length = 0
  answer = ok
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  })
  vi.stubGlobal('window', page)
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)))
    return answer()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a message is in storage before it is sent, and leaves it once the server has it', async () => {
  const { post } = await openPage()
  post(message('Good morning'))
  expect(waiting()).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(10)
  expect(sent).toMatchObject([{ text: 'Good morning' }])
  expect(waiting()).toEqual([])
})

test('without a network it is tried again under the same clientId, so that the customer gets it once', async () => {
  const { post } = await openPage()
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  const clientId = post(message('Still there?'))
  await vi.advanceTimersByTimeAsync(10_000)
  answer = ok
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent.length).toBeGreaterThan(2)
  expect(new Set(sent.map(one => one.clientId))).toEqual(new Set([clientId]))
  expect(waiting()).toEqual([])
})

test('what a closed page left unsent is sent by the next one', async () => {
  const { post } = await openPage()
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  post(message('Written on the train'))
  await vi.advanceTimersByTimeAsync(100)
  vi.clearAllTimers()
  answer = ok
  const { resumeOutbox } = await openPage()
  resumeOutbox('ana')
  await vi.advanceTimersByTimeAsync(1000)
  expect(waiting()).toEqual([])
  expect(sent.at(-1)).toMatchObject({ text: 'Written on the train' })
})

test('a refusal is kept with the server’s words and is not repeated by itself', async () => {
  const { post, takeBack } = await openPage()
  answer = refused
  const clientId = post(message('Too late'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sent).toHaveLength(1)
  expect(waiting()).toMatchObject([{ refused: 'It is with a colleague now.' }])
  expect(takeBack(clientId)?.body.text).toBe('Too late')
  expect(waiting()).toEqual([])
})

test('an e-mail can be taken back while it waits, and not after', async () => {
  const { post, takeBack } = await openPage()
  const first = post(message('Oops', 5000))
  await vi.advanceTimersByTimeAsync(4000)
  expect(takeBack(first)?.body.text).toBe('Oops')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toEqual([])
  const second = post(message('Right', 5000))
  await vi.advanceTimersByTimeAsync(6000)
  expect(sent).toHaveLength(1)
  expect(takeBack(second)).toBeNull()
})

test('closing the contact sends what waits first, and says whether all of it left', async () => {
  const { post, flush } = await openPage()
  post(message('Last words', 5000))
  expect(await flush('c1')).toBe(true)
  expect(sent).toMatchObject([{ text: 'Last words' }])
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  post(message('More', 5000))
  expect(await flush('c1')).toBe(false)
})

/** Another tab of the same browser: its storage is ours, its memory is not. */
async function otherTab(change: (tab: Awaited<ReturnType<typeof openPage>>) => void | Promise<void>) {
  const oldValue = stored.get('centrala.outbox') ?? null
  const mine = page
  page = new EventTarget()
  vi.stubGlobal('window', page)
  await change(await openPage())
  page = mine
  vi.stubGlobal('window', page)
  const newValue = stored.get('centrala.outbox') ?? null
  page.dispatchEvent(Object.assign(new Event('storage'), { key: 'centrala.outbox', oldValue, newValue }))
}

test('two tabs keep what both could not send: neither writes over the other', async () => {
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  const { post } = await openPage()
  post(message('From this tab'))
  await otherTab(tab => void tab.post(message('From the other')))
  expect(waiting().map(item => item.body.text)).toEqual(['From this tab', 'From the other'])
})

test('an e-mail taken back in one tab is not sent by another that was opened meanwhile', async () => {
  const { post, takeBack } = await openPage()
  const clientId = post(message('Dear Sir', 5000))
  const first = { takeBack, page }
  page = new EventTarget()
  vi.stubGlobal('window', page)
  const { resumeOutbox } = await openPage()
  resumeOutbox('ana')
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent).toEqual([])
  const oldValue = stored.get('centrala.outbox') ?? null
  expect(first.takeBack(clientId)?.body.text).toBe('Dear Sir')
  const newValue = stored.get('centrala.outbox') ?? null
  page.dispatchEvent(Object.assign(new Event('storage'), { key: 'centrala.outbox', oldValue, newValue }))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toEqual([])
})

test('what one person left unsent is never sent by another at the same desk', async () => {
  const { post } = await openPage()
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  post(message('In Ana’s name'))
  await vi.advanceTimersByTimeAsync(100)
  vi.clearAllTimers()
  sent.length = 0
  const { resumeOutbox } = await openPage()
  resumeOutbox('iva')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toEqual([])
  expect(waiting()).toHaveLength(1)
})

test('a full storage keeps nothing from being sent, once', async () => {
  const { post, flush } = await openPage()
  vi.stubGlobal('localStorage', {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    },
  })
  const clientId = post(message('Anyway'))
  await vi.advanceTimersByTimeAsync(10)
  expect(await flush('c1')).toBe(true)
  expect(sent.map(one => one.clientId)).toEqual([clientId])
})

test('a page from a proxy is no sign that a message was taken: it is sent again', async () => {
  const { post } = await openPage()
  answer = () => new Response('<h1>Sign in</h1>', { headers: { 'content-type': 'text/html' } })
  post(message('Through the hotel’s network'))
  await vi.advanceTimersByTimeAsync(10)
  expect(waiting()).toHaveLength(1)
  answer = ok
  await vi.advanceTimersByTimeAsync(5000)
  expect(waiting()).toEqual([])
})
