import { useCallback, useSyncExternalStore } from 'react'
import { keep } from '../../keep.ts'

export interface DraftFile {
  id: string
  name: string
  mediaType: string
  size: number
}

/** What is being written in one conversation: a reply and a note side by side. */
export interface Draft {
  mode: 'reply' | 'note'
  text: string
  files: DraftFile[]
  note: string
  noteFiles: DraftFile[]
  mentions: { id: string; name: string }[]
  /** E-mail only; null: as the server would choose. */
  subject: string | null
  to: string[] | null
  cc: string[]
  bcc: string[]
}

export const EMPTY_DRAFT: Draft = {
  mode: 'reply',
  text: '',
  files: [],
  note: '',
  noteFiles: [],
  mentions: [],
  subject: null,
  to: null,
  cc: [],
  bcc: [],
}

const PREFIX = 'centrala.draft.'
const listeners = new Set<() => void>()
const cache = new Map<string, Draft>()

/** Drafts live in the browser's storage from the first letter: a reload, a crash or an ended session loses none. */
export function readDraft(conversationId: string): Draft {
  const known = cache.get(conversationId)
  if (known) return known
  let draft = EMPTY_DRAFT
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(PREFIX + conversationId) ?? 'null')
    if (stored !== null && typeof stored === 'object') draft = { ...EMPTY_DRAFT, ...stored }
  } catch {
    // Unreadable: as if there were none.
  }
  cache.set(conversationId, draft)
  return draft
}

export const isEmpty = (draft: Draft): boolean =>
  draft.text.trim() === '' && draft.note.trim() === '' && draft.files.length === 0 && draft.noteFiles.length === 0

export function writeDraft(conversationId: string, change: Partial<Draft>): void {
  const next = { ...readDraft(conversationId), ...change }
  cache.set(conversationId, next)
  const worthKeeping = !isEmpty(next) || next.subject !== null || next.to !== null || next.cc.length > 0
  if (worthKeeping) keep(PREFIX + conversationId, JSON.stringify(next))
  else keep(PREFIX + conversationId, null)
  for (const listener of listeners) listener()
}

/** Another tab wrote: its words are the newer ones. */
export function draftsChangedElsewhere(key: string | null): void {
  if (key === null) cache.clear()
  else if (key.startsWith(PREFIX)) cache.delete(key.slice(PREFIX.length))
  else return
  for (const listener of listeners) listener()
}
if (typeof window !== 'undefined') window.addEventListener('storage', event => draftsChangedElsewhere(event.key))

export function useDraft(conversationId: string): [Draft, (change: Partial<Draft>) => void] {
  const draft = useSyncExternalStore(
    useCallback(listener => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    }, []),
    () => readDraft(conversationId),
  )
  const change = useCallback((next: Partial<Draft>) => writeDraft(conversationId, next), [conversationId])
  return [draft, change]
}
