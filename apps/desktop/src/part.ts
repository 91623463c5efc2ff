const KEY = 'centrala.reloadedAt'
const AGAIN_MS = 60_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15_000

/**
 * A part of the desktop that comes when it is needed. Where the network is away it is waited for, since a page that gave up would be lost with the
 * call that is on it. After an update of the server the parts of the old page are gone: then the page loads anew, once, with
 * what was being written in storage. A second failure within a minute is another matter and is shown.
 */
export const part =
  <Part>(load: () => Promise<Part>) =>
  async (): Promise<Part> => {
    try {
      return await load()
    } catch {
      await serverBack()
      return load().catch(reloadOnce)
    }
  }

function reloadOnce(error: unknown): Promise<never> {
  if (Date.now() - Number(sessionStorage.getItem(KEY)) < AGAIN_MS) throw error
  sessionStorage.setItem(KEY, String(Date.now()))
  location.reload()
  return new Promise(() => {})
}

async function serverBack(): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; !(await serverAnswers()); pause = Math.min(LONGEST_PAUSE_MS, pause * 2))
    await online(pause)
}

const serverAnswers = (): Promise<boolean> =>
  fetch('/favicon.svg', { method: 'HEAD', cache: 'no-store' }).then(
    answer => answer.ok,
    () => false,
  )

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
