const KEY = 'centrala.reloadedAt'
const AGAIN_MS = 60_000

/**
 * After an update of the server the parts of the old page are gone. When one is asked for, the page loads anew, once: what
 * was being written is in storage. A second failure within a minute is another matter and is shown.
 */
export function reloadWhenOutdated(): void {
  window.addEventListener('vite:preloadError', event => {
    if (Date.now() - Number(sessionStorage.getItem(KEY)) < AGAIN_MS) return
    sessionStorage.setItem(KEY, String(Date.now()))
    event.preventDefault()
    location.reload()
  })
}
