import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Chat } from '../chat.ts'
import type { Memory } from '../memory.ts'
import type { State } from '../state.ts'
import { type Store, useStore } from '../store.ts'

/** What every part of the widget works with. */
export interface Widget {
  store: Store<State>
  chat: Chat
  memory: Memory
  /** Where the server is, e.g. https://desk.example.com */
  origin: string
  key: string
  /** Where focus and selection live: the shadow root. */
  root: ShadowRoot
}

export const WidgetContext = createContext<Widget | null>(null)

export function useWidget(): Widget & { state: State } {
  const widget = useContext(WidgetContext)!
  return { ...widget, state: useStore(widget.store) }
}
