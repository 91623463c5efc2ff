import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { TenantVoice } from '@centrala/api/voice-config.ts'
import { inEnglish, type StatePhrase, statePhrase } from '@centrala/core/phrase/state-phrase.ts'
import type { Registration, SipEndpoint } from '@centrala/sip/endpoint/endpoint.ts'
import { escapeUser } from '@centrala/sip/message/uri.ts'
import type { Logger } from 'pino'
import type { Configuration, OwnNumber, Trunk } from '../link/configuration.ts'
import { addressSet } from './address.ts'
import { describeRegistration, notReached, type TrunkNow, type TrunkState } from './trunk-state.ts'

const RESOLVE_AGAIN_MS = 60_000
const PING_MS = 30_000

interface Line extends TrunkNow {
  trunk: Trunk
  tenant: TenantVoice
  key: string
  registration: Registration | null
  /** Addresses calls may come from. */
  from: { has(address: string): boolean }
  /** Legs that go over it now. */
  busy: Set<symbol>
  /** Starts of calls within the last second. */
  recent: number[]
}

/** The lines to providers: registered or known by address, how they are, and whose calls come from where. */
export class Trunks {
  readonly #sip: SipEndpoint
  readonly #config: Configuration
  readonly #log: Logger
  readonly #lines = new Map<string, Line>()
  readonly #timers: NodeJS.Timeout[]
  #stopped = false

  constructor(sip: SipEndpoint, config: Configuration, log: Logger) {
    this.#sip = sip
    this.#config = config
    this.#log = log
    config.onChange(() => this.#apply())
    this.#apply()
    this.#timers = [
      setInterval(() => this.#resolveAll(), RESOLVE_AGAIN_MS),
      setInterval(() => this.#pingAll(), PING_MS),
    ]
  }

  states(): TrunkState[] {
    return [...this.#lines.values()].map(({ trunk, state, phrase }) => ({
      trunkId: trunk.id,
      state,
      sentence: inEnglish(phrase),
      phrase,
    }))
  }

  /** Whether anybody's calls come from there. */
  knows(address: string): boolean {
    for (const line of this.#lines.values()) if (line.from.has(address)) return true
    return false
  }

  /** The trunk by which a call comes, and whose number was dialled: the first of `dialled` that somebody with a trunk at this address owns. `trunk` alone: the address is known, the number is not. */
  find(
    address: string,
    dialled: readonly string[],
  ): { trunk: Trunk; tenant: TenantVoice; number: OwnNumber | null } | null {
    const lines = [...this.#lines.values()].filter(line => line.from.has(address))
    for (const { trunk, tenant } of lines)
      for (const address of dialled) {
        const number = this.#config.number(tenant.tenantId, address)
        if (number) return { trunk, tenant, number }
      }
    const first = lines[0]
    return first ? { trunk: first.trunk, tenant: first.tenant, number: null } : null
  }

  /** A tenant's trunks for calls out, first the preferred; those that fail come last. */
  of(tenantId: string): Trunk[] {
    return [...this.#lines.values()]
      .filter(line => line.tenant.tenantId === tenantId)
      .sort(
        (a, b) => Number(a.state === 'failing') - Number(b.state === 'failing') || a.trunk.priority - b.trunk.priority,
      )
      .map(line => line.trunk)
  }

  /** Takes one of a trunk's channels for a leg, and one of the starts it has this second. Returns the release of the channel; null where the trunk is full or was used too often just now, which nothing `urgent` is refused for. */
  occupy(trunkId: string, urgent = false): (() => void) | null {
    const line = this.#lines.get(trunkId)
    if (!line) return null
    const { maxCalls, maxCallsPerSecond: limit } = line.trunk
    if (!urgent && maxCalls > 0 && line.busy.size >= maxCalls) return null
    if (!urgent && limit > 0) {
      const now = Date.now()
      // A limit below one a second is one call each so many seconds.
      const windowMs = limit >= 1 ? 1000 : 1000 / limit
      line.recent = line.recent.filter(at => now - at < windowMs)
      if (line.recent.length >= Math.max(1, Math.floor(limit))) return null
      line.recent.push(now)
    }
    const leg = Symbol(trunkId)
    line.busy.add(leg)
    return () => line.busy.delete(leg)
  }

  serviceRoute(trunkId: string): readonly string[] {
    return this.#lines.get(trunkId)?.registration?.current.serviceRoute ?? []
  }

  /** A call over this trunk told how the trunk is. */
  noteCall(trunkId: string, failure: StatePhrase | null): void {
    const line = this.#lines.get(trunkId)
    if (line && line.trunk.mode === 'address')
      this.#say(line, failure === null ? 'connected' : 'failing', failure ?? statePhrase('trunk.callsGoThrough'))
  }

  /** Unregisters everywhere. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all([...this.#lines.values()].map(line => line.registration?.stop()))
    this.#lines.clear()
  }

  #apply(): void {
    const wanted = new Map([...this.#config.trunks].map(entry => [entry.trunk.id, entry]))
    for (const [id, line] of this.#lines) {
      const entry = wanted.get(id)
      if (entry && line.key === JSON.stringify(entry.trunk)) {
        line.tenant = entry.tenant
        wanted.delete(id)
      } else {
        void line.registration?.stop()
        // A changed trunk keeps count of the calls that go on over it.
        if (!entry) this.#lines.delete(id)
      }
    }
    for (const { trunk, tenant } of wanted.values()) this.#open(trunk, tenant)
  }

  #open(trunk: Trunk, tenant: TenantVoice): void {
    const line: Line = {
      trunk,
      tenant,
      key: JSON.stringify(trunk),
      registration: null,
      from: addressSet([...trunk.from, trunk.host]),
      state: 'connecting',
      phrase: statePhrase('trunk.connecting'),
      recent: [],
      busy: this.#lines.get(trunk.id)?.busy ?? new Set(),
    }
    this.#lines.set(trunk.id, line)
    void this.#resolve(line)
    if (trunk.mode === 'register') this.#register(line)
    else void this.#ping(line)
  }

  #register(line: Line): void {
    const { trunk } = line
    const username = trunk.username ?? ''
    const registration = this.#sip.register({
      registrar: hostUri(trunk),
      aor: `sip:${escapeUser(username)}@${trunk.realm ?? trunk.host}`,
      ...credentialsOf(trunk),
      expiresSeconds: 300,
    })
    line.registration = registration
    registration.onState(state => {
      if (this.#stopped) return
      if (state.peer) void this.#resolve(line)
      const now = describeRegistration(state, trunk.host)
      this.#say(line, now.state, now.phrase)
    })
  }

  #resolveAll(): void {
    for (const line of this.#lines.values()) void this.#resolve(line)
  }

  /** Names become addresses; the registrar's own address counts too. */
  async #resolve(line: Line): Promise<void> {
    const places = [...line.trunk.from, line.trunk.host]
    const peer = line.registration?.current.peer?.address
    const resolved = await Promise.all(
      places.map(async place => {
        if (isIP(place.split('/')[0] ?? '')) return [place]
        const found = await lookup(place, { all: true }).catch(() => [])
        return found.map(({ address }) => address)
      }),
    )
    line.from = addressSet([...resolved.flat(), ...(peer ? [peer] : [])])
  }

  #pingAll(): void {
    for (const line of this.#lines.values()) if (line.trunk.mode === 'address') void this.#ping(line)
  }

  async #ping(line: Line): Promise<void> {
    const result = await this.#sip.options(hostUri(line.trunk), { ...credentialsOf(line.trunk) })
    if (this.#stopped) return
    // Any answer, also a refusal, comes from a provider who is there.
    if (result.ok || (result.status !== 408 && result.status !== 503))
      this.#say(line, 'connected', statePhrase('trunk.answers'))
    else this.#say(line, 'failing', notReached(line.trunk.host, result))
  }

  #say(line: Line, state: TrunkState['state'], phrase: StatePhrase): void {
    if (line.state !== state)
      this.#log.info({ trunk: line.trunk.name, state, sentence: inEnglish(phrase) }, 'a trunk changed')
    line.state = state
    line.phrase = phrase
  }
}

/** `sip:host[:port][;transport=tcp]` of a provider. With TLS still sip: sips: would demand TLS on every further hop, which few providers can promise. */
export function hostUri(trunk: Trunk, user?: string): string {
  const host = isIP(trunk.host) === 6 ? `[${trunk.host}]` : trunk.host
  const transport = trunk.transport === 'udp' ? '' : `;transport=${trunk.transport}`
  return `sip:${user === undefined ? '' : `${user}@`}${host}${trunk.port ? `:${trunk.port}` : ''}${transport}`
}

export function credentialsOf(trunk: Trunk): {
  credentials?: (realm: string) => { username: string; password: string } | null
} {
  const { username, password } = trunk
  return username && password !== null ? { credentials: () => ({ username, password }) } : {}
}
