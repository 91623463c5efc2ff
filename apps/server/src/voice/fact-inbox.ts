import { setTimeout as sleep } from 'node:timers/promises'
import type { CallFact } from '@centrala/api/call-fact.ts'
import { isPassing } from './passing.ts'

/** A fact as it came: numbered within its call from 1 without gaps. */
export interface NumberedFact {
  n: number
  at: Date
  fact: CallFact
}

interface Arrived extends NumberedFact {
  /** Tells the node that it may forget it. */
  ack(): void
  arrivedAt: number
}

export interface FactInboxOptions {
  /** Takes facts of one call, in order, in one transaction. */
  take(callId: string, facts: NumberedFact[]): Promise<void>
  /** A fact that can never be taken is written down here, so that the call goes on. */
  refuse(callId: string, fact: NumberedFact, error: unknown): Promise<void>
  onTaken?(lagMs: number): void
}

/** Facts of one call that share a commit. */
const MOST_TOGETHER = 20
/** Calls whose facts are taken side by side: more would be no quicker, and take the database away from everybody else. */
const SIDE_BY_SIDE = 8
const FIRST_REST_MS = 50
const LONGEST_REST_MS = 2000

/** Facts in order per call, those of different calls side by side. What fails for a passing reason (the database is away) is tried until it succeeds. */
export class FactInbox {
  private readonly options: FactInboxOptions
  private readonly waiting = new Map<string, Arrived[]>()
  private readonly working = new Map<string, Promise<void>>()
  private readonly held = new Map<string, Promise<void>>()
  private stopped = false
  private taking = 0
  private readonly turns: (() => void)[] = []

  constructor(options: FactInboxOptions) {
    this.options = options
  }

  add(callId: string, fact: NumberedFact, ack: () => void): void {
    const arrived = { ...fact, ack, arrivedAt: performance.now() }
    const list = this.waiting.get(callId)
    if (list) list.push(arrived)
    else this.waiting.set(callId, [arrived])
    if (!this.working.has(callId)) this.working.set(callId, this.work(callId))
  }

  /** Facts of this call that come from now on wait until the returned function is called. */
  hold(callId: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = this.held.get(callId)
    const until = before ? before.then(() => promise) : promise
    this.held.set(callId, until)
    return () => {
      if (this.held.get(callId) === until) this.held.delete(callId)
      resolve()
    }
  }

  /** Resolves when everything that has come of this call is taken. */
  async settle(callId: string): Promise<void> {
    await this.working.get(callId)
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const go of this.turns.splice(0)) go()
    await Promise.all(this.working.values())
  }

  private async work(callId: string): Promise<void> {
    const list = this.waiting.get(callId) ?? []
    while (list.length > 0 && !this.stopped) {
      await this.turn(callId)
      const facts = list.slice(0, MOST_TOGETHER) // what has come meanwhile is taken along
      if (!(await this.took(callId, facts)))
        for (const fact of facts) {
          if (this.stopped) break
          if (!(await this.took(callId, [fact]))) break
        }
      list.splice(0, facts.length)
      this.taking--
      this.turns.shift()?.()
    }
    this.waiting.delete(callId)
    this.working.delete(callId)
  }

  /** Its turn, while nobody holds the call: one may hold it while it waits for its turn. */
  private async turn(callId: string): Promise<void> {
    while (!this.stopped) {
      const held = this.held.get(callId)
      if (held) {
        this.turns.shift()?.() // the turn it may have been given is another's
        await held
      } else if (this.taking >= SIDE_BY_SIDE) await new Promise<void>(go => this.turns.push(go))
      else break
    }
    this.taking++
  }

  /** Whether the facts are done with; false: one of several cannot be taken, so they are to be tried one by one. */
  private async took(callId: string, facts: Arrived[]): Promise<boolean> {
    for (let rest = FIRST_REST_MS; ; rest = Math.min(rest * 2, LONGEST_REST_MS)) {
      try {
        await this.options.take(callId, facts)
        break
      } catch (error) {
        if (this.stopped) return false
        if (isPassing(error)) {
          await sleep(rest)
          continue
        }
        const [only] = facts
        if (facts.length > 1 || !only) return false
        await this.options.refuse(callId, only, error)
        break
      }
    }
    for (const { ack, arrivedAt } of facts) {
      ack()
      this.options.onTaken?.(performance.now() - arrivedAt)
    }
    return true
  }
}
