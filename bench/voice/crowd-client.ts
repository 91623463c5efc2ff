import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { endWith } from '../interrupted.ts'
import type { Asked, Crowd, CrowdMethod, CrowdOptions } from './crowd.ts'

type Answer = { id: number; value?: unknown; error?: string }

/** The crowd in its own process: what it can do is asked by name. */
export class CrowdClient {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  #asked = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', ({ id, value, error }: Answer) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(value)
      else waiting?.reject(new Error(error))
    })
    child.on('exit', code => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`The load's process ended (${code}).`))
    })
  }

  static async start(options: CrowdOptions): Promise<CrowdClient> {
    const child = fork(join(import.meta.dirname, 'crowd.ts'), [JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    endWith(child)
    const client = new CrowdClient(child)
    await new Promise((resolve, reject) => client.#waiting.set(0, { resolve, reject }))
    return client
  }

  ask<Method extends CrowdMethod>(
    method: Method,
    ...args: Parameters<Crowd[Method]>
  ): Promise<Awaited<ReturnType<Crowd[Method]>>> {
    const id = ++this.#asked
    const asked: Asked = { id, method, args }
    this.#child.send(asked)
    return new Promise((resolve, reject) =>
      this.#waiting.set(id, { resolve: value => resolve(value as Awaited<ReturnType<Crowd[Method]>>), reject }),
    )
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const gone = new Promise(resolve => this.#child.once('exit', resolve))
    await Promise.race([this.ask('close').catch(() => {}), new Promise(resolve => setTimeout(resolve, 5000).unref())])
    this.#child.disconnect()
    await gone
  }
}
