import { readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Urls = z.array(z.url({ protocol: /^https?$/ }))

/** The addresses of servers, kept on disk: a node that starts while its first server is away finds the others. */
export class KnownServers {
  readonly urls: readonly string[]
  readonly #file: string
  #kept: string
  #writing = Promise.resolve()

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'voice', 'servers.json')
    this.urls = read(this.#file)
    this.#kept = JSON.stringify(this.urls)
  }

  keep(urls: readonly string[]): void {
    const text = JSON.stringify(urls)
    if (text === this.#kept) return
    this.#kept = text
    this.#writing = this.#writing.then(() => this.#write(text)).catch(() => {}) // it can do without
  }

  /** Until what was to be kept is. */
  flushed(): Promise<void> {
    return this.#writing
  }

  async #write(text: string): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
    await writeFile(`${this.#file}.new`, text, { mode: 0o600 })
    await rename(`${this.#file}.new`, this.#file)
  }
}

function read(file: string): string[] {
  try {
    const parsed = Urls.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : []
  } catch {
    return []
  }
}
