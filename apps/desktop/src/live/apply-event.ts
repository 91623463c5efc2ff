import type { Call } from '@centrala/api/call.ts'
import type { Conversation } from '@centrala/api/conversation.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import type { LiveEvent } from '@centrala/api/live.ts'
import type { Message } from '@centrala/api/message.ts'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'

export interface MessagePage {
  items: Message[]
  next: string | null
}

/** The keys under which screens keep what events change. */
export const keys = {
  myInteractions: ['my', 'interactions'] as const,
  myPresence: ['my', 'presence'] as const,
  myCalls: ['my', 'calls'] as const,
  parkedCalls: ['my', 'parked-calls'] as const,
  mentions: ['my', 'mentions'] as const,
  interaction: (id: string) => ['interaction', id] as const,
  segments: (conversationId: string) => ['segments', conversationId] as const,
  conversation: (id: string) => ['conversation', id] as const,
  messages: (conversationId: string) => ['messages', conversationId] as const,
  /** All calls of a conversation. */
  calls: (conversationId: string) => ['calls', conversationId] as const,
  customer: (id: string) => ['customer', id] as const,
  /** Queues, codes, people: what an administrator sets up. Everything below is fetched again when it changes. */
  configuration: (...what: string[]) => ['configuration', ...what] as const,
}

const MINE = new Set(['offered', 'active', 'wrapUp'])

/** A list of my interactions after one of them changed: in, updated, or out. Older news than what is known changes nothing. */
export function withInteraction(items: readonly Interaction[], myId: string, changed: Interaction): Interaction[] {
  const known = items.find(item => item.id === changed.id)
  if (known && known.version > changed.version) return [...items]
  const others = items.filter(item => item.id !== changed.id)
  return changed.agentId === myId && MINE.has(changed.state) ? [...others, changed] : others
}

/**
 * Pages of messages (newest page first, oldest message first within) after one came or changed. It replaces itself, and the
 * copy that was shown while it was on its way.
 */
export function withMessage(
  pages: InfiniteData<MessagePage, string | null>,
  message: Message,
): InfiniteData<MessagePage, string | null> {
  let found = false
  const next = pages.pages.map(page => ({
    ...page,
    items: page.items.map(item => {
      const same = item.id === message.id || (message.clientId !== null && item.clientId === message.clientId)
      if (same) found = true
      return same ? message : item
    }),
  }))
  const first = next[0]
  if (!found && first) {
    // Almost always the end; events that committed late find their place by time.
    let index = first.items.length
    while (index > 0 && (first.items[index - 1]?.createdAt ?? '') > message.createdAt) index--
    first.items = first.items.toSpliced(index, 0, message)
  }
  return { ...pages, pages: next }
}

/** Puts an interaction wherever it is kept: my list, itself, its conversation. */
export function putInteraction(queries: QueryClient, myId: string, interaction: Interaction): void {
  const mine = queries.getQueryData<Interaction[]>(keys.myInteractions)
  const concernsMyList = interaction.agentId === myId || mine?.some(other => other.id === interaction.id)
  // A list on its way may have set out before this happened, and would put back what was: it sets out again.
  const exact = { queryKey: keys.myInteractions, exact: true }
  if (concernsMyList && queries.isFetching(exact) > 0)
    void queries.cancelQueries(exact).then(() => queries.invalidateQueries(exact))
  queries.setQueryData<Interaction[]>(keys.myInteractions, items => items && withInteraction(items, myId, interaction))
  queries.setQueryData<Interaction>(keys.interaction(interaction.id), known =>
    known && known.version > interaction.version ? known : interaction,
  )
  queries.setQueryData<Conversation>(keys.conversation(interaction.conversationId), known => {
    if (!known) return known
    const before = known.interactions.find(other => other.id === interaction.id)
    if (before && before.version > interaction.version) return known
    const others = known.interactions.filter(other => other.id !== interaction.id)
    return { ...known, interactions: [interaction, ...others].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)) }
  })
  void queries.invalidateQueries({ queryKey: keys.segments(interaction.conversationId) })
}

/** Whether a call is my business now: I am in it, asked into it, or listen to it. */
export const concernsMe = (call: Call, myId: string): boolean =>
  call.state !== 'ended' &&
  (call.legs.some(leg => leg.userId === myId && leg.endedAt === null) ||
    call.consulting?.userId === myId ||
    call.monitors.some(monitor => monitor.userId === myId))

/** A list of calls after one of them changed: in its place, at the end when new, or out. */
export function withCall(calls: readonly Call[], changed: Call, belongs: boolean): Call[] {
  if (!belongs) return calls.filter(call => call.id !== changed.id)
  const index = calls.findIndex(call => call.id === changed.id)
  return index === -1 ? [...calls, changed] : calls.with(index, changed)
}

function putCall(queries: QueryClient, myId: string, conversationId: string | null, call: Call): void {
  const put = (key: readonly string[], belongs: boolean) =>
    queries.setQueryData<Call[]>(key, calls => calls && withCall(calls, call, belongs))
  put(keys.myCalls, concernsMe(call, myId))
  put(keys.parkedCalls, call.state === 'parked')
  if (conversationId) put(keys.calls(conversationId), true)
}

/** Brings the cache to where the event says the world is. */
export function applyEvent(queries: QueryClient, myId: string, event: LiveEvent): void {
  const { interaction, message, presence } = event
  if (interaction) putInteraction(queries, myId, interaction)
  if (message) {
    queries.setQueryData<InfiniteData<MessagePage, string | null>>(
      keys.messages(message.conversationId),
      pages => pages && withMessage(pages, message),
    )
    if (message.mentions.includes(myId)) void queries.invalidateQueries({ queryKey: keys.mentions })
  } else if (event.type.startsWith('message.') && event.conversationId)
    void queries.invalidateQueries({ queryKey: keys.messages(event.conversationId) })
  if (event.call) putCall(queries, myId, event.conversationId, event.call)
  else if (/^(call|recording|voicemail|callback)\./.test(event.type)) {
    void queries.invalidateQueries({ queryKey: keys.myCalls })
    void queries.invalidateQueries({ queryKey: keys.parkedCalls })
    if (event.conversationId) void queries.invalidateQueries({ queryKey: keys.calls(event.conversationId) })
  }
  if (presence?.userId === myId) queries.setQueryData(keys.myPresence, presence)
  if (event.type === 'conversation.changed' && event.conversationId)
    void queries.invalidateQueries({ queryKey: keys.conversation(event.conversationId) })
  if (event.type.startsWith('customer.') && event.customerId)
    void queries.invalidateQueries({ queryKey: keys.customer(event.customerId) })
  if (event.type === 'customer.merged' || event.type === 'customer.unmerged')
    void queries.invalidateQueries({
      predicate: query => /^(customer|conversation|my)$/.test(String(query.queryKey[0])),
    })
  if (event.type === 'channelAccount.stateChanged')
    void queries.invalidateQueries({ queryKey: keys.configuration('channel-accounts') })
  if (event.type === 'configuration.changed') void queries.invalidateQueries({ queryKey: keys.configuration() })
}
