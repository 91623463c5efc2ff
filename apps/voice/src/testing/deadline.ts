/** Asks again until there is an answer, for so long. */
export async function until<T>(
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  what: string,
  ms = 10_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const isLate = performance.now() > end // before asking: what came true while the machine stood still is seen
    const answer = await ask()
    if (answer) return answer
    if (isLate) throw new Error(`Within ${ms} ms there was no ${what}.`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
