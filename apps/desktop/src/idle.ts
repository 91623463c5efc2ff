/** Resolves when what is on the screen stands and the browser has a moment: for code that nobody needs at once. */
export const whenIdle = (): Promise<void> =>
  new Promise(resolve => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 1500 })
    else setTimeout(resolve, 500)
  })
