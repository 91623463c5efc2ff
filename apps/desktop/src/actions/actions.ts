import type { LucideIcon } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

/**
 * Something one can do here and now. Pages register theirs while they are open; the command palette lists them, the
 * keyboard fires them and the keyboard help explains them, all from this one registry. An action that the person has no
 * right to, or that makes no sense now, is simply not registered.
 */
export interface Action {
  id: string
  title: string
  section: string
  icon?: LucideIcon
  /** A combination or sequence, see combo.ts. */
  keys?: string
  /** Fires inside text fields too (only for combinations with mod, alt, or esc). */
  whileTyping?: boolean
  /** More words to find it by. */
  keywords?: string
  /** Left out of the palette: keys that only make sense where one is (next, previous). */
  quiet?: boolean
  run: () => void
}

const registered = new Map<symbol, readonly Action[]>()
const listeners = new Set<() => void>()
let all: readonly Action[] = []

function changed() {
  // Later registrations win: a page's own meaning of a key before the frame's.
  const byId = new Map<string, Action>()
  for (const actions of registered.values()) for (const action of actions) byId.set(action.id, action)
  all = [...byId.values()]
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Everything that can be done now. */
export const useAllActions = (): readonly Action[] => useSyncExternalStore(subscribe, () => all)
export const allActions = (): readonly Action[] => all

/** Registers actions while the component is mounted. `run` may change on every render without registering again. */
export function useActions(actions: readonly (Action | false | null | undefined)[]): void {
  const current = actions.filter(action => Boolean(action)) as Action[]
  const latest = useRef(current)
  latest.current = current
  const shape = current.map(action => `${action.id}|${action.title}|${action.section}|${action.keys ?? ''}`).join('\n')
  useEffect(() => {
    const key = Symbol()
    registered.set(
      key,
      latest.current.map(action => ({
        ...action,
        run: () => latest.current.find(other => other.id === action.id)?.run(),
      })),
    )
    changed()
    return () => {
      registered.delete(key)
      changed()
    }
  }, [shape])
}
