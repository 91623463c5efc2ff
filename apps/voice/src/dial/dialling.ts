import type { NodeRefusal } from '@centrala/api/call-command.ts'
import type { TenantVoice } from '@centrala/api/voice-config.ts'
import { emergencyIn } from '@centrala/core/dial/emergency.ts'
import { digitsOf } from '../link/configuration.ts'
import { type Rule, ruleFor } from './rules.ts'

export interface Dialled {
  ok: true
  /** As we write it down: `+385…`; an emergency number as it is, `112`. */
  address: string
  /** As providers are asked for it. */
  user: string
  rule: Rule
  /** No limit holds it up, here or at a trunk. */
  emergency: boolean
}
export type Allowed = Dialled | { ok: false; code: NodeRefusal; detail: string }

const MINUTE_MS = 60_000

interface Usage {
  /** Calls out that go on. */
  running: Map<string, { since: number; pricePerMinute: number }>
  started: number[]
  day: string
  spent: number
}

/**
 * Who may call where, and how much. The server asks the same before it sends a command; here it is asked again, because nothing may dial out that the rules do not allow, whichever way it came. What
 * has been spent is counted here since the node began; the server counts over days and nodes.
 */
export class Dialling {
  readonly #usage = new Map<string, Usage>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Whether a tenant may call a number now. Emergency numbers always. */
  ask(tenant: TenantVoice, address: string): Allowed {
    const emergency = emergencyIn(tenant.emergencyNumbers, address)
    if (emergency !== null)
      return {
        ok: true,
        address: emergency,
        user: emergency,
        rule: { prefix: emergency, allow: true, pricePerMinute: 0 },
        emergency: true,
      }
    const digits = digitsOf(address)
    if (!/^\d{3,15}$/.test(digits))
      return { ok: false, code: 'badNumber', detail: 'Write the number with its country, such as +385 1 234 5678.' }
    const rule = ruleFor(tenant.dialRules, digits)
    if (!rule?.allow)
      return {
        ok: false,
        code: 'denied',
        detail: `Calls to +${digits} are not allowed. An administrator can allow the prefix in the dialling rules.`,
      }
    const { limits } = tenant
    const usage = this.#of(tenant.tenantId)
    if (usage.running.size >= limits.maxOutboundCalls)
      return {
        ok: false,
        code: 'tooMany',
        detail: 'As many calls go out as are allowed at a time. Try again in a moment.',
      }
    if (usage.started.length >= limits.maxOutboundPerMinute)
      return { ok: false, code: 'tooFast', detail: 'More calls a minute than are allowed. Try again in a minute.' }
    if (rule.pricePerMinute > 0 && this.spent(tenant.tenantId) + rule.pricePerMinute > limits.maxSpendPerDay)
      return {
        ok: false,
        code: 'spent',
        detail: "The day's limit for calls is used up. An administrator can raise it.",
      }
    return { ok: true, address: `+${digits}`, user: `+${digits}`, rule, emergency: false }
  }

  /** A call goes out. `answered` starts the meter; `ended` ends it, once. */
  begin(tenantId: string, legId: string, rule: Rule): { answered(): void; ended(): void } {
    const usage = this.#of(tenantId)
    usage.started.push(this.#now())
    const meter = { since: 0, pricePerMinute: rule.pricePerMinute }
    usage.running.set(legId, meter)
    return {
      answered: () => {
        meter.since = this.#now()
      },
      ended: () => {
        if (!usage.running.delete(legId)) return
        this.#of(tenantId).spent += this.#cost(meter)
      },
    }
  }

  /** Today, running calls included. */
  spent(tenantId: string): number {
    const usage = this.#of(tenantId)
    let spent = usage.spent
    for (const meter of usage.running.values()) spent += this.#cost(meter)
    return spent
  }

  /** A begun minute is a paid one. */
  #cost({ since, pricePerMinute }: { since: number; pricePerMinute: number }): number {
    return since === 0 ? 0 : Math.ceil(Math.max(1, this.#now() - since) / MINUTE_MS) * pricePerMinute
  }

  #of(tenantId: string): Usage {
    let usage = this.#usage.get(tenantId)
    if (!usage) {
      usage = { running: new Map(), started: [], day: '', spent: 0 }
      this.#usage.set(tenantId, usage)
    }
    const now = this.#now()
    const day = new Date(now).toISOString().slice(0, 10)
    if (usage.day !== day) {
      usage.day = day
      usage.spent = 0
    }
    usage.started = usage.started.filter(at => now - at < MINUTE_MS)
    return usage
  }
}
