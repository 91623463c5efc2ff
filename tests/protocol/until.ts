import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `check` gives something, and fails with `what` after the deadline. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  withinMs = 20_000,
): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    const found = await check()
    if (found) return found
    if (Date.now() > end) throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}`)
    await sleep(25)
  }
}
