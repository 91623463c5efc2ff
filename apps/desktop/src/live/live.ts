import type { LiveEvent } from '@centrala/api/live.ts'
import type { VideoSignal } from '@centrala/api/webchat.ts'
import { useEffect, useSyncExternalStore } from 'react'
import { queries } from '../api.ts'
import { renewSession } from '../session/renew-session.ts'
import { applyEvent } from './apply-event.ts'
import { type CallFrame, type Live, type LiveState, startLive, type Typing } from './connection.ts'

export interface QueueWaiting {
  queueId: string
  waiting: number
  longestWaitSince: string | null
}

/** What the live connection tells besides events, for the screens that show it. */
let state: LiveState = { kind: 'catchingUp' }
let waiting: readonly QueueWaiting[] = []
let typing: ReadonlyMap<string, Typing> = new Map()
let live: Live | null = null
let watched: readonly string[] = []

const listeners = new Set<() => void>()
const eventListeners = new Set<(event: LiveEvent) => void>()
const callListeners = new Set<(frame: CallFrame) => void>()
const changed = () => {
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** How long the successor of a session may take. */
const SUCCESSOR_MS = 2000
/** Somebody who stopped without saying so is taken to have stopped after this long. */
const TYPING_LASTS_MS = 6000
const typingTimers = new Map<string, ReturnType<typeof setTimeout>>()

function setTyping(said: Typing) {
  const next = new Map(typing)
  clearTimeout(typingTimers.get(said.conversationId))
  if (said.typing) {
    next.set(said.conversationId, said)
    typingTimers.set(
      said.conversationId,
      setTimeout(() => setTyping({ ...said, typing: false }), TYPING_LASTS_MS),
    )
  } else next.delete(said.conversationId)
  typing = next
  changed()
}

export function connectLive(myId: string): () => void {
  live = startLive({
    onState: next => {
      state = next
      changed()
    },
    onEvent: event => {
      applyEvent(queries, myId, event)
      if (event.message?.author === 'customer' && event.conversationId && typing.has(event.conversationId))
        setTyping({ conversationId: event.conversationId, by: 'customer', typing: false })
      for (const listener of eventListeners) listener(event)
    },
    onResync: () => void queries.invalidateQueries({ predicate: query => query.queryKey[0] !== 'me' }),
    onTyping: setTyping,
    onQueues: next => {
      waiting = next
      changed()
    },
    onCall: frame => {
      for (const listener of callListeners) listener(frame)
    },
    // Not at once: a session that gives way to a new one (another password, another company) ends a moment before that is here.
    onSignedOut: () => setTimeout(renewSession, SUCCESSOR_MS),
  })
  if (watched.length > 0) live.watch([...watched])
  return () => {
    live?.stop()
    live = null
  }
}

export const tryLiveNow = (): void => live?.tryNow()
export const sendVideo = (callId: string, signal: VideoSignal): void => live?.video(callId, signal)
export const sendTyping = (conversationId: string, on: boolean): void => live?.typing(conversationId, on)

export const useLiveState = (): LiveState => useSyncExternalStore(subscribe, () => state)
export const useWaiting = (): readonly QueueWaiting[] => useSyncExternalStore(subscribe, () => waiting)
/** Who is writing in a conversation now, or null. */
export const useTyping = (conversationId: string): Typing | null =>
  useSyncExternalStore(subscribe, () => typing.get(conversationId) ?? null)

/** Asks for the events of a conversation while it is on the screen, whoever owns it. */
export function useWatch(conversationId: string): void {
  useEffect(() => {
    watched = [...watched, conversationId]
    live?.watch([...watched])
    return () => {
      watched = watched.filter(id => id !== conversationId)
      live?.watch([...watched])
    }
  }, [conversationId])
}

/** Calls back on every event while mounted, after the cache has it. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  useEffect(() => {
    eventListeners.add(listener)
    return () => {
      eventListeners.delete(listener)
    }
  }, [listener])
}

/** Calls back on what is told of calls as it happens, while mounted. */
export function useCallFrames(listener: (frame: CallFrame) => void): void {
  useEffect(() => {
    callListeners.add(listener)
    return () => {
      callListeners.delete(listener)
    }
  }, [listener])
}
