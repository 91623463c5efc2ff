import type { WidgetConfig } from '@centrala/api/webchat.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
const PATIENCE_MS = 20_000

/**
 * What the company has set up for its chat. Where the network or the server is away it is asked for again, at ever longer rests, since a visitor may
 * stay on the page; what the server itself refuses is said in the console, and there is no chat: null.
 */
export async function fetchConfig(url: string): Promise<WidgetConfig | null> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    const response = await fetch(url, { credentials: 'omit', signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
      () => null,
    )
    const said = (await response?.json().catch(() => null)) as (WidgetConfig & { detail?: string }) | null | undefined
    if (response?.ok && said) return said
    const refused = response && response.status >= 400 && response.status < 500 && response.status !== 429
    if (refused && said?.detail) {
      console.warn(`Centrala: the chat is not shown. ${said.detail}`)
      return null
    }
    await online(pause * (0.5 + Math.random() / 2))
  }
}

/** Resolves when the browser says that the network is back, or after `ms`. */
function online(ms: number): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
  })
}
