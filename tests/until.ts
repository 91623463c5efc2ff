import { setTimeout as sleep } from 'node:timers/promises'

type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>

/** Asks again until the answer is truthy, and returns it; fails with what was waited for, told at the end, after the deadline. */
export async function until<T>(
  ask: () => Promise<T> | T,
  what: string | (() => string),
  withinMs = 10_000,
): Promise<Truthy<T>> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const isLate = Date.now() > deadline // before asking: what came true while the machine stood still is seen
    const answer = await ask()
    if (answer) return answer as Truthy<T>
    if (isLate) throw new Error(`Waited ${withinMs} ms in vain for ${typeof what === 'string' ? what : what()}.`)
    await sleep(25)
  }
}
