import { render } from 'preact'
import { NO_CALL } from './call/call.ts'
import { createChat, type SignedIn } from './chat.ts'
import { fetchConfig } from './config.ts'
import { createMemory } from './memory.ts'
import { mount } from './mount.ts'
import type { State } from './state.ts'
import { createStore } from './store.ts'
import { App } from './ui/app.tsx'
import { WidgetContext } from './ui/context.ts'
import { voiceFor } from './words/speak.ts'
import type { Words } from './words/words.ts'

/** What a page may do with its widget. */
export interface CentralaWidget {
  open(): void
  close(): void
  /** The person signed in on the page, with the hash its server made; null: signed out. */
  identify(person: SignedIn | null): void
  /** Another language; `words` where it is one that the widget does not speak (see docs/guides/web-chat.md). */
  setLocale(locale: string, words?: Partial<Words>): void
  /** Told now and whenever the number of unread messages changes. Returns how to stop. */
  onUnread(listener: (count: number) => void): () => void
}

/** What a page may set before the script is there. */
export interface CentralaSettings {
  user?: SignedIn
  locale?: string
  words?: Record<string, Partial<Words>>
}

declare global {
  interface Window {
    Centrala?: CentralaWidget
    CentralaSettings?: CentralaSettings
  }
}

const script = document.currentScript as HTMLScriptElement | null
if (script?.dataset.key && !window.Centrala) start(script, script.dataset.key)
else if (!script?.dataset.key) console.warn('Centrala: the script tag of the chat has no data-key.')

async function start(tag: HTMLScriptElement, key: string): Promise<void> {
  const origin = new URL(tag.src).origin
  const settings = window.CentralaSettings ?? {}
  const config = await fetchConfig(`${origin}/api/webchat/${key}/config`)
  if (!config) return
  const own = { ...settings.words }
  const asked = settings.locale ?? tag.dataset.locale ?? ''
  const wanted = [asked, document.documentElement.lang, ...navigator.languages].filter(Boolean)
  const memory = createMemory(key)
  const store = createStore<State>({
    config,
    voice: voiceFor(wanted, config.locale, own),
    panel: false,
    invited: false,
    connection: 'idle',
    open: config.open,
    chat: 'none',
    messages: [],
    earlier: false,
    notices: [],
    pending: [],
    uploads: [],
    agent: null,
    place: null,
    typing: null,
    survey: null,
    rated: false,
    over: false,
    fields: null,
    unread: 0,
    sound: memory.get<boolean>('sound') ?? true,
    call: NO_CALL,
    announcement: '',
  })
  const chat = createChat(store, memory, origin, key)
  const user = settings.user ?? userOf(tag)
  if (user) chat.identify(user)

  const { root, place } = mount(store)
  render(
    <WidgetContext.Provider value={{ store, chat, memory, origin, key, root }}>
      <App />
    </WidgetContext.Provider>,
    place,
  )
  if (memory.tab.get('panel') && innerWidth > 480) store.set({ panel: true })
  if (chat.goesOn()) chat.start()

  window.Centrala = {
    open: () => store.set({ panel: true, invited: false }),
    close: () => store.set({ panel: false }),
    identify: chat.identify,
    setLocale(locale, words) {
      if (words) own[locale] = words
      store.set({ voice: voiceFor([locale], config.locale, own) })
    },
    onUnread(listener) {
      listener(store.get().unread)
      return store.watch((now, before) => now.unread !== before.unread && listener(now.unread))
    },
  }
  window.dispatchEvent(new Event('centrala:ready'))
}

function userOf({ dataset }: HTMLScriptElement): SignedIn | null {
  const { userId, userName, userEmail, userHash } = dataset
  return userId ? { id: userId, name: userName, email: userEmail, hash: userHash } : null
}
