import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CallFact } from '@centrala/api/call-fact.ts'
import { z } from 'zod'

export interface NumberedFact {
  n: number
  at: number
  fact: CallFact
}
const Line = z.object({ n: z.number().int().min(1), at: z.number(), fact: CallFact })

/**
 * The facts of one call, on disk until the server has taken them: `<folder>/facts.jsonl`, recordings beside it. A fact is handed to the system before it is sent (a write of microseconds to the page cache, no fsync), so a
 * killed process loses none; a machine that loses its power may lose the last seconds.
 */
export class Journal {
  readonly folder: string
  #file: number | null = null
  readonly #onFault: (error: Error) => void
  readonly #waiting: NumberedFact[] = []
  #last = 0

  /** `onFault`: the disk refuses. The call goes on, and its facts are kept in memory alone. */
  constructor(folder: string, known: readonly NumberedFact[] = [], onFault: (error: Error) => void = () => {}) {
    this.folder = folder
    this.#onFault = onFault
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      this.#file = openSync(join(folder, 'facts.jsonl'), 'a', 0o600)
    } catch (error) {
      onFault(error as Error)
    }
    this.#waiting.push(...known)
    this.#last = known.at(-1)?.n ?? 0
  }

  append(fact: CallFact, at = Date.now()): NumberedFact {
    const line = { n: ++this.#last, at, fact }
    this.#waiting.push(line)
    try {
      if (this.#file !== null) writeSync(this.#file, `${JSON.stringify(line)}\n`)
    } catch (error) {
      this.#onFault(error as Error)
    }
    return line
  }

  /** What the server has not taken yet, in order. */
  get waiting(): readonly NumberedFact[] {
    return this.#waiting
  }

  /** The server has stored everything up to `n`. */
  acknowledge(n: number): void {
    while (this.#waiting[0] && this.#waiting[0].n <= n) this.#waiting.shift()
  }

  /** Closes the file; what is on disk stays. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  /** Everything has been taken: nothing of the call stays here. */
  async forget(): Promise<void> {
    this.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** The facts a former process left in a folder, up to the first line that is not whole. */
export async function readFacts(folder: string): Promise<NumberedFact[]> {
  const text = await readFile(join(folder, 'facts.jsonl'), 'utf8').catch(() => '')
  const facts: NumberedFact[] = []
  for (const line of text.split('\n')) {
    const parsed = Line.safeParse(parse(line))
    if (!parsed.success || parsed.data.n !== facts.length + 1) break
    facts.push(parsed.data)
  }
  return facts
}

/** Ids of calls that have a folder. */
export async function callFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  return entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
