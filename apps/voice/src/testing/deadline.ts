/** Asks again until there is an answer, for so long. */
export async function until<T>(
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  what: string,
  ms = 10_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > end) throw new Error(`Within ${ms} ms there was no ${what}.`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
