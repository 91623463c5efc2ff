import type { Input } from '@centrala/api/client.ts'
import { ApiError } from '@centrala/api/client.ts'
import { sendMessage } from '@centrala/api/conversation.ts'
import type { Message } from '@centrala/api/message.ts'
import type { InfiniteData } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api, queries } from '../../api.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { keep } from '../../keep.ts'
import { keys, type MessagePage, withMessage } from '../../live/apply-event.ts'
import { hasSessionEnded } from '../../session/session.ts'
import type { DraftFile } from './drafts.ts'

type Body = Input<typeof sendMessage>['body']

/** A message on its way to the server. The `clientId` makes sending it again harmless. */
export interface Outgoing {
  clientId: string
  /** Who wrote it: at a shared desk, nobody sends another's words. */
  userId: string
  conversationId: string
  body: Body
  files: DraftFile[]
  createdAt: string
  /** Not before this moment: until then it can be taken back. */
  sendAt: number
  /** The server refused it, in its words; only the person can decide what now. */
  refused: string | null
}

const KEY = 'centrala.outbox'
const RETRY_MS = 3000
let items: readonly Outgoing[] = []
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

function show(next: readonly Outgoing[]) {
  items = next
  for (const listener of listeners) listener()
}

/** What all tabs of this browser have not sent yet. */
function stored(text = localStorage.getItem(KEY)): Outgoing[] {
  try {
    const all: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(all) ? (all as Outgoing[]) : []
  } catch {
    return []
  }
}

const without = (all: readonly Outgoing[], clientId: string) => all.filter(item => item.clientId !== clientId)

/** Keeps one as it is now, beside those of other tabs. */
function put(item: Outgoing) {
  keep(KEY, JSON.stringify([...without(stored(), item.clientId), item]))
  show(
    items.some(one => one.clientId === item.clientId)
      ? items.map(one => (one.clientId === item.clientId ? item : one))
      : [...items, item],
  )
}

function remove(clientId: string) {
  keep(KEY, JSON.stringify(without(stored(), clientId)))
  show(without(items, clientId))
}

/** What another tab has sent or taken back is none of ours any more. */
function changedElsewhere({ key, oldValue, newValue }: StorageEvent) {
  if (key !== KEY) return
  const left = new Set(stored(newValue).map(item => item.clientId))
  for (const { clientId } of stored(oldValue)) {
    if (left.has(clientId)) continue
    clearTimeout(timers.get(clientId))
    show(without(items, clientId))
  }
}
if (typeof window !== 'undefined') window.addEventListener('storage', changedElsewhere)

function schedule(item: Outgoing, inMs: number) {
  clearTimeout(timers.get(item.clientId))
  timers.set(
    item.clientId,
    setTimeout(() => void attempt(item.clientId), inMs),
  )
}

async function attempt(clientId: string): Promise<boolean> {
  clearTimeout(timers.get(clientId))
  const item = items.find(one => one.clientId === clientId)
  if (!item) return true
  // Whoever signs in next may be somebody else.
  if (hasSessionEnded()) {
    schedule(item, RETRY_MS)
    return false
  }
  try {
    const message: Message = await api.call(sendMessage, { params: { id: item.conversationId }, body: item.body })
    queries.setQueryData<InfiniteData<MessagePage, string | null>>(
      keys.messages(item.conversationId),
      pages => pages && withMessage(pages, message),
    )
    remove(clientId)
    return true
  } catch (error) {
    const again =
      error instanceof ApiError &&
      (error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500)
    if (again) schedule(item, RETRY_MS)
    else put({ ...item, refused: problemWords(error) })
    return false
  }
}

/** Takes up what an earlier visit of this person left unsent; once per visit. */
export function resumeOutbox(myId: string): void {
  if (items.length > 0) return
  show(stored().filter(item => item.userId === myId))
  for (const item of items) if (item.refused === null) schedule(item, Math.max(500, item.sendAt - Date.now()))
}

export interface NewMessage {
  userId: string
  conversationId: string
  body: Omit<Body, 'clientId'>
  files: DraftFile[]
  /** How long it can be taken back, in milliseconds. */
  undoMs: number
}

/** Keeps the message, then sends it, again and again until the server has it or refuses it. Returns its clientId. */
export function post({ userId, conversationId, body, files, undoMs }: NewMessage): string {
  const clientId = crypto.randomUUID()
  const item: Outgoing = {
    clientId,
    userId,
    conversationId,
    body: { ...body, clientId },
    files,
    createdAt: new Date().toISOString(),
    sendAt: Date.now() + undoMs,
    refused: null,
  }
  put(item)
  schedule(item, undoMs)
  return clientId
}

/** Takes a message back while that is possible, or after it was refused; the caller puts it into the draft again. */
export function takeBack(clientId: string): Outgoing | null {
  const item = items.find(one => one.clientId === clientId)
  if (!item || (item.refused === null && Date.now() >= item.sendAt)) return null
  clearTimeout(timers.get(clientId))
  remove(clientId)
  return item
}

/** Sends what waits in a conversation now, e.g. before it is ended. True when nothing is left. */
export async function flush(conversationId: string): Promise<boolean> {
  const mine = items.filter(item => item.conversationId === conversationId && item.refused === null)
  const sent = await Promise.all(mine.map(item => attempt(item.clientId)))
  return sent.every(Boolean)
}

export function tryAgain(clientId: string): void {
  const item = items.find(one => one.clientId === clientId)
  if (item) put({ ...item, refused: null })
  void attempt(clientId)
}

export const useOutbox = (): readonly Outgoing[] =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => items,
  )
