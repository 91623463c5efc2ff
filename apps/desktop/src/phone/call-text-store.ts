import { useCallback, useSyncExternalStore } from 'react'
import type { CallFrame } from '../live/connection.ts'
import { useCallFrames } from '../live/live.ts'

/** What a text telephone is typing now, per conversation; and in which the agent's own field is open. */
export interface TextLines {
  customer: string
  agent: string
}
const NONE: TextLines = { customer: '', agent: '' }
let lines: ReadonlyMap<string, TextLines> = new Map()
let open: ReadonlySet<string> = new Set()
const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Keeps the letters; once, on every page, so that none is missed while another conversation is open. */
export function useKeepCallText(): void {
  const heard = useCallback((frame: CallFrame) => {
    if (frame.type !== 'callText') return
    const before = lines.get(frame.conversationId) ?? NONE
    lines = new Map(lines).set(frame.conversationId, {
      ...before,
      [frame.author]: frame.text,
    })
    open = new Set(open).add(frame.conversationId)
    changed()
  }, [])
  useCallFrames(heard)
}

/** The line has become a message. */
export function finishLine(conversationId: string, author: keyof TextLines): void {
  const before = lines.get(conversationId)
  if (!before || before[author] === '') return
  lines = new Map(lines).set(conversationId, { ...before, [author]: '' })
  changed()
}

export function openCallText(conversationId: string): void {
  open = new Set(open).add(conversationId)
  changed()
}

export const useTextLines = (conversationId: string): TextLines =>
  useSyncExternalStore(subscribe, () => lines.get(conversationId) ?? NONE)
export const useTextOpen = (conversationId: string): boolean =>
  useSyncExternalStore(subscribe, () => open.has(conversationId))
