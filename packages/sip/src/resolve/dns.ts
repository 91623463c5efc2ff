import { lookup, Resolver } from 'node:dns/promises'

export interface NaptrAnswer {
  readonly order: number
  readonly preference: number
  readonly flags: string
  readonly service: string
  readonly replacement: string
}

export interface SrvAnswer {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** What is asked of DNS. Rejects as node:dns does: code ENOTFOUND or ENODATA means that there is nothing of the kind. */
export interface Dns {
  resolveNaptr(name: string): Promise<NaptrAnswer[]>
  resolveSrv(name: string): Promise<SrvAnswer[]>
  resolve4(name: string): Promise<string[]>
  resolve6(name: string): Promise<string[]>
  /** The system's own look-up (hosts file, search domains), asked when DNS knows no address. */
  lookup?(name: string): Promise<string[]>
}

/** The system's DNS servers, asked at most twice, two seconds each. */
export function systemDns(): Dns {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  return {
    resolveNaptr: name => resolver.resolveNaptr(name),
    resolveSrv: name => resolver.resolveSrv(name),
    resolve4: name => resolver.resolve4(name),
    resolve6: name => resolver.resolve6(name),
    lookup: async name => (await lookup(name, { all: true })).map(found => found.address),
  }
}

interface Kept {
  /** The answer now valid, or on its way. */
  answer: Promise<readonly unknown[]>
  until: number
  /** The last answer that held something. */
  last: readonly unknown[] | null
}

const maxNames = 1_000

/**
 * Keeps answers briefly, asks once for many who wait, and when DNS is away goes on with what it last said:
 * a telephone system must not fall silent with its name server.
 */
export class DnsCache {
  readonly #dns: Dns
  readonly #now: () => number
  readonly #keepMs: number
  readonly #kept = new Map<string, Kept>()

  constructor(dns: Dns, now: () => number, keepMs: number) {
    this.#dns = dns
    this.#now = now
    this.#keepMs = keepMs
  }

  naptr(name: string): Promise<readonly NaptrAnswer[]> {
    return this.#ask(`naptr ${name}`, () => this.#dns.resolveNaptr(name))
  }

  srv(name: string): Promise<readonly SrvAnswer[]> {
    return this.#ask(`srv ${name}`, () => this.#dns.resolveSrv(name))
  }

  /** IPv4 or IPv6 addresses of a name. */
  addresses(name: string, family: 4 | 6): Promise<readonly string[]> {
    return this.#ask(`a${family} ${name}`, () => (family === 4 ? this.#dns.resolve4(name) : this.#dns.resolve6(name)))
  }

  hosts(name: string): Promise<readonly string[]> {
    return this.#ask(`hosts ${name}`, async () => (await this.#dns.lookup?.(name)) ?? [])
  }

  async #ask<T>(key: string, query: () => Promise<T[]>): Promise<readonly T[]> {
    const now = this.#now()
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.until > now) return (await kept.answer) as readonly T[]
    const last = kept?.last ?? null
    const entry: Kept = { answer: Promise.resolve([]), until: now + this.#keepMs, last }
    entry.answer = query().then(
      found => {
        entry.last = found.length > 0 ? found : null
        return found
      },
      (error: unknown) => {
        if (isNothing(error)) {
          entry.last = null
          return []
        }
        return last ?? []
      },
    )
    this.#kept.delete(key)
    this.#kept.set(key, entry)
    if (this.#kept.size > maxNames) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest)
        break
      }
    }
    return (await entry.answer) as readonly T[]
  }
}

function isNothing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'ENOTFOUND' || code === 'ENODATA'
}
