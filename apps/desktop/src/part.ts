const KEY = 'centrala.reloadedAt'
const AGAIN_MS = 60_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15_000
const PATIENCE_MS = 10_000

/** The server is there and has a part no more: it has been updated since the page was loaded. */
export class PartGone extends Error {
  constructor(cause: unknown) {
    super('The server no longer has this part of the page. Load the page anew.', { cause })
    this.name = 'PartGone'
  }
}

/**
 * A part of the desktop that comes when it is needed. Where the network is away it is waited for, since a page that gave up would be lost with the
 * call that is on it. Rejects with PartGone after an update of the server.
 */
export const part =
  <Part>(load: () => Promise<Part>) =>
  async (): Promise<Part> => {
    for (let missed = 0; ; ) {
      try {
        return await load()
      } catch (error) {
        // Only what fails twice while the server answers is not there.
        if (!(await serverAnswers())) {
          missed = 0
          await serverBack()
        } else if (++missed === 2) throw new PartGone(error)
      }
    }
  }

/** Loads the page anew, with what was being written in storage. A second time within a minute it would not help: false. */
export function reloadOnce(): boolean {
  if (Date.now() - Number(sessionStorage.getItem(KEY)) < AGAIN_MS) return false
  sessionStorage.setItem(KEY, String(Date.now()))
  location.reload()
  return true
}

/** Resolves when the server answers. */
export async function serverBack(): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; !(await serverAnswers()); pause = Math.min(LONGEST_PAUSE_MS, pause * 2))
    await online(pause)
}

/** Whether the server itself answers now, and no page of a network that asks one to sign in. */
export async function serverAnswers(): Promise<boolean> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
  try {
    const answer = await fetch('/favicon.svg', { method: 'HEAD', cache: 'no-store', signal: patience.signal })
    return answer.ok && (answer.headers.get('content-type') ?? '').includes('svg')
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves when the browser says that the network is back, or after `ms`. */
const online = (ms: number): Promise<void> =>
  new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    window.addEventListener('online', done)
  })
