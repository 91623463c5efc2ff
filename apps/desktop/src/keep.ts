/**
 * Puts a text into the browser's storage, or removes it (null). A storage that is full, or closed to pages, is no reason to stop: then it lasts as
 * long as the page.
 */
export function keep(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    console.warn(`The browser's storage took no more: ${key} is lost when this page closes.`)
  }
}
