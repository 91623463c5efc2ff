/** What the widget keeps in the visitor's browser, apart for each key. A browser that keeps nothing is a visitor who forgets. */
export interface Memory {
  /** Over visits: who the visitor is. */
  get<T>(name: string): T | null
  set(name: string, value: unknown): void
  /** Over reloads in this tab: drafts, what was not sent yet, whether the chat is open. */
  tab: { get<T>(name: string): T | null; set(name: string, value: unknown): void }
}

export function createMemory(key: string): Memory {
  return { ...keep(() => localStorage, key), tab: keep(() => sessionStorage, key) }
}

function keep(storage: () => Storage, key: string): Memory['tab'] {
  const fallback = new Map<string, unknown>()
  const place = (name: string) => `centrala.${key}.${name}`
  return {
    get<T>(name: string): T | null {
      try {
        const text = storage().getItem(place(name))
        return text === null ? null : (JSON.parse(text) as T)
      } catch {
        return (fallback.get(name) as T | undefined) ?? null
      }
    },
    set(name, value) {
      fallback.set(name, value)
      try {
        if (value === null) storage().removeItem(place(name))
        else storage().setItem(place(name), JSON.stringify(value))
      } catch {
        // full, or forbidden by the browser: it lasts as long as the page
      }
    },
  }
}
