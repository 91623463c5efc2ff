import type { FactOf, Taking } from './taking.ts'

type Pressed = { label: string; digits: string | null }[]

/** The agent sees it with the offer: "Invoices", in Croatian. */
export async function takeChose(taking: Taking, { label, language, attributes }: FactOf<'chose'>): Promise<void> {
  await press(taking, { label, digits: '' })
  await addAttributes(taking, attributes)
  if (language) await taking.speak(language)
}

export async function takeEntered(taking: Taking, { name, digits }: FactOf<'entered'>): Promise<void> {
  await press(taking, { label: name, digits })
}

async function press(taking: Taking, key: Pressed[number]): Promise<void> {
  const pressed = [...(taking.call.pressed as Pressed), key]
  taking.set({ pressed: pressed as never })
  await taking.addContext({ pressed })
  taking.tell('call.changed')
}

async function addAttributes(taking: Taking, attributes: Record<string, unknown>): Promise<void> {
  if (Object.keys(attributes).length === 0) return
  const { context } = await taking.interaction()
  const before = (context as { attributes?: Record<string, unknown> }).attributes
  await taking.addContext({ attributes: { ...before, ...attributes } })
}

export async function takeQueued(taking: Taking, fact: FactOf<'queued'>): Promise<void> {
  const { queueId, priority, language, attributes } = fact
  taking.set({ state: 'queued' })
  taking.tell('call.changed')
  await addAttributes(taking, attributes)
  const interaction = await taking.interaction()
  const waits = interaction.state === 'flow' || interaction.state === 'queued'
  // Back in the queue after a transfer: the server has put it there itself.
  if (!waits || (interaction.state === 'queued' && interaction.queueId === queueId)) return
  await taking.route({ queueId, priority, language })
}

export async function takeUnqueued(taking: Taking, { reason }: FactOf<'unqueued'>): Promise<void> {
  if (reason === 'callback') return // the interaction waits on in the caller's place
  taking.set({ state: 'flow' })
  taking.tell('call.changed')
  const row = await taking.interaction()
  if (row.state === 'queued' || row.state === 'offered') await taking.command({ type: 'leave', reason })
}

/** The caller may hang up: whoever accepts calls them. */
export async function takeCallback(taking: Taking, { to }: FactOf<'callbackRequested'>): Promise<void> {
  await taking.addContext({ callback: { to, requestedAt: taking.at.toISOString() } })
  taking.tell('callback.requested', { to })
}
