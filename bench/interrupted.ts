import type { ChildProcess } from 'node:child_process'

const LONGEST_MS = 15_000

const endings = new Set<() => unknown>()
/** Ctrl-C comes from the terminal and from `npm run`, both at once. */
const ONE_SIGNAL_MS = 1000
let interruptedAt = 0

/**
 * What else has to end where somebody interrupts the bench (Ctrl-C, kill): processes and databases of its own. Ended last come, first gone; after 15 s it
 * ends regardless. Returns what forgets it, for who ends it by themselves.
 */
export function onInterrupt(end: () => unknown): () => void {
  if (endings.size === 0) for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  endings.add(end)
  return () => endings.delete(end)
}

/** Ends with the bench: asked, then killed. */
export function endWith(child: ChildProcess): void {
  const forget = onInterrupt(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS / 3)
    await exited
    clearTimeout(late)
  })
  child.once('exit', forget)
}

async function interrupt(): Promise<void> {
  if (interruptedAt > 0) {
    // Asked again: at once.
    if (Date.now() - interruptedAt > ONE_SIGNAL_MS) process.exit(130)
    return
  }
  interruptedAt = Date.now()
  setTimeout(() => process.exit(130), LONGEST_MS)
  for (const end of [...endings].reverse()) await Promise.resolve(end()).catch(() => {})
  process.exit(130)
}
