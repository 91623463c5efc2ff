import { createSocket, type Socket } from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  cancelConsult,
  completeConsult,
  conference,
  consult,
  hangUp,
  holdCall,
  listMyCalls,
  muteCall,
  parkCall,
  recordCall,
  resumeCall,
  sendDigits,
} from '@centrala/api/call.ts'
import { ApiError, type Client, createClient } from '@centrala/api/client.ts'
import { endInteraction, listMyInteractions, transferInteraction } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import {
  createSipEndpoint,
  type IncomingInvite,
  type SipEndpoint,
  type SipSession,
} from '@centrala/sip/endpoint/endpoint.ts'
import { PORTS } from './bridged.ts'
import { knownAt, portOf, sdpOf } from './crowd.ts'
import { type Company, type House, ORIGIN, PASSWORD } from './house.ts'
import { type FarEnd, Talk } from './talk.ts'

const MOST_CALLERS = 30
const quiet = (): void => {}
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet }

interface Agent {
  readonly userId: string
  readonly username: string
  readonly client: Client
}

/** People who call, answer and press keys without any sense, from a seed. */
export class Storm {
  readonly #company: Company
  readonly #provider: SipEndpoint
  readonly #desk: SipEndpoint
  readonly #talk = new Talk(PORTS.media)
  readonly #stranger: Socket = createSocket('udp4')
  readonly #agents: Agent[]
  readonly #running = new Set<Promise<unknown>>()
  readonly #sessions = new Set<SipSession>()
  readonly #random: () => number
  #stopping = false
  #numbers = 0
  /** What was done, how often. */
  readonly did: Record<string, number> = {}

  private constructor(company: Company, provider: SipEndpoint, desk: SipEndpoint, seed: number) {
    this.#company = company
    this.#provider = provider
    this.#desk = desk
    this.#random = seeded(seed)
    this.#agents = company.userIds.map((userId, at) => ({
      userId,
      username: company.usernames[at] ?? '',
      client: createClient({ origin: ORIGIN, headers: { cookie: company.cookies[at] ?? '', origin: ORIGIN } }),
    }))
    desk.onInvite(invite => this.#run(this.#rings(invite)))
  }

  static async open({ companies }: House, seed: number): Promise<Storm> {
    const [company] = companies
    if (!company) throw new Error('There is a company.')
    const listen = (port: number) =>
      createSipEndpoint({
        listen: [{ protocol: 'udp', address: '127.0.0.1', port }],
        userAgent: 'soak phone',
        log: LOG,
      })
    return new Storm(company, await listen(PORTS.provider), await listen(PORTS.desk), seed)
  }

  async register(): Promise<void> {
    await knownAt(this.#provider, PORTS.sip)
    for (const { username } of this.#agents) {
      const registration = this.#desk.register({
        registrar: `sip:127.0.0.1:${PORTS.sip}`,
        aor: `sip:${username}@127.0.0.1`,
        expiresSeconds: 3600,
        credentials: () => ({ username, password: PASSWORD }),
      })
      await new Promise<void>(resolve => registration.onState(({ state }) => state === 'registered' && resolve()))
    }
  }

  start(): void {
    this.#run(this.#callersCome())
    this.#run(this.#strangersKnock())
    this.#run(this.#agentsComeBack())
    for (const agent of this.#agents) this.#run(this.#pressesKeys(agent))
  }

  /** Nobody calls any more; whoever still talks hangs up. */
  async stop(): Promise<void> {
    this.#stopping = true
    await sleep(3000)
    while (this.#running.size > 0 || this.#sessions.size > 0) {
      for (const session of this.#sessions) void session.bye()
      await Promise.race([Promise.all(this.#running), sleep(500)])
    }
  }

  summary(): string {
    return Object.entries(this.did)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ')
  }

  async close(): Promise<void> {
    this.#stopping = true
    this.#talk.close()
    this.#stranger.close()
    await Promise.all([this.#provider.close(), this.#desk.close()])
  }

  async #callersCome(): Promise<void> {
    while (!this.#stopping) {
      if (this.#sessions.size < MOST_CALLERS) this.#run(this.#calls())
      await sleep(this.#between(50, 500))
    }
  }

  async #calls(): Promise<void> {
    const end = await this.#talk.phone()
    const outgoing = this.#provider.invite({
      uri: `sip:${this.#company.number}@127.0.0.1:${PORTS.sip}`,
      from: `<sip:+38591${String(++this.#numbers % 500).padStart(7, '0')}@provider.example>`,
      sdp: sdpOf(end.port, 'talk'),
    })
    if (this.#often(0.1)) {
      await sleep(this.#between(0, 15))
      this.#did('cancelled')
      outgoing.cancel()
    }
    const result = await outgoing.answered
    if (!result.ok) {
      end.close()
      return
    }
    this.#did('called')
    const { session } = result
    this.#follow(session, end)
    const patience = this.#often(0.3) ? this.#between(0, 1500) : this.#between(2000, 15_000)
    await this.#until(session, patience)
    if (session.state === 'ended') return
    if (this.#often(0.15)) {
      // Gone without a word: no packet comes any more, and the node notices.
      this.#did('vanished')
      end.close()
      await this.#until(session, 12_000)
    }
    this.#did('callerHungUp')
    await session.bye()
  }

  async #rings(invite: IncomingInvite): Promise<void> {
    let cancelled = false
    invite.onCancel(() => {
      cancelled = true
    })
    void invite.ringing()
    await sleep(this.#between(0, 800))
    if (cancelled) return
    if (this.#often(0.1)) {
      this.#did('phoneRefused')
      invite.refuse({ status: this.#often(0.5) ? 486 : 603 })
      return
    }
    if (this.#often(0.1) && !this.#stopping) {
      this.#did('phoneIgnored')
      await sleep(7000)
    }
    const end = await this.#talk.phone()
    const result = await invite.answer(sdpOf(end.port, 'talk'))
    if (!result.ok) {
      end.close()
      return
    }
    this.#did('phoneAnswered')
    const { session } = result
    this.#follow(session, end)
    while (session.state !== 'ended' && !this.#stopping) {
      await this.#until(session, this.#between(500, 4000))
      if (hasEnded(session)) return
      const next = this.#random()
      if (next < 0.3) {
        this.#did('phoneHeld')
        await session.reinvite(sdpOf(end.port, 'held'))
        await this.#until(session, this.#between(100, 1000))
        await session.reinvite(sdpOf(end.port, 'talk'))
      } else if (next < 0.55) {
        this.#did('phoneHungUp')
        await session.bye()
      } else if (next < 0.6) {
        this.#did('phoneVanished')
        end.close()
        await this.#until(session, 10_000)
        await session.bye()
      }
    }
    await session.bye()
  }

  /** What an agent does on the screen, in whatever order; what makes no sense now is refused, and that is right. */
  async #pressesKeys(agent: Agent): Promise<void> {
    while (!this.#stopping) {
      await sleep(this.#between(300, 2500))
      await this.#press(agent).catch(error => {
        if (!(error instanceof ApiError)) throw error
        this.#did(error.status >= 500 ? 'serverFailed' : 'refused')
        if (error.status >= 500) console.error(error.problem)
      })
    }
  }

  async #press({ client, userId }: Agent): Promise<void> {
    const calls = (await client.call(listMyCalls)).items
    const call = calls[Math.floor(this.#random() * calls.length)]
    if (!call) return
    const params = { id: call.id }
    const other = this.#agents[Math.floor(this.#random() * this.#agents.length)]
    const keys: Record<string, () => Promise<unknown>> = {
      held: () => client.call(holdCall, { params }),
      resumed: () => client.call(resumeCall, { params, body: {} }),
      parked: () => client.call(parkCall, { params }),
      muted: () => client.call(muteCall, { params, body: { on: this.#often(0.5) } }),
      keyed: () => client.call(sendDigits, { params, body: { digits: '12#' } }),
      consulted: () => client.call(consult, { params, body: { userId: other?.userId ?? userId } }),
      consultCancelled: () => client.call(cancelConsult, { params }),
      consultCompleted: () => client.call(completeConsult, { params, body: {} }),
      conferred: () => client.call(conference, { params }),
      paused: () => client.call(recordCall, { params, body: { do: 'pause' } }),
      hungUp: () => client.call(hangUp, { params }),
      handedOn: () =>
        client.call(transferInteraction, {
          params: { id: call.interactionId },
          body: { agentId: other?.userId ?? null, note: 'soak' },
        }),
      ended: () => client.call(endInteraction, { params: { id: call.interactionId }, body: {} }),
    }
    const names = Object.keys(keys)
    const name = names[Math.floor(this.#random() * names.length)] ?? ''
    await keys[name]?.()
    this.#did(name)
  }

  /** Who did not answer is set aside by the router, and comes back; what is still theirs after its call is closed. */
  async #agentsComeBack(): Promise<void> {
    while (!this.#stopping) {
      await sleep(3000)
      for (const { client } of this.#agents)
        await client.call(setMyPresence, { body: { state: 'available' } }).catch(() => this.#did('refused'))
    }
    for (const { client } of this.#agents) await client.call(listMyInteractions).catch(() => {})
  }

  async #strangersKnock(): Promise<void> {
    while (!this.#stopping) {
      await sleep(100)
      const noise = Buffer.from(
        Array.from({ length: 1 + Math.floor(this.#random() * 400) }, () => this.#random() * 256),
      )
      const rtp = 30_000 + Math.floor(this.#random() * 200)
      this.#stranger.send(noise, this.#often(0.5) ? PORTS.sip : rtp, '127.0.0.1')
      this.#did('noise')
    }
  }

  #follow(session: SipSession, end: FarEnd): void {
    this.#sessions.add(session)
    end.reach(portOf(session.remoteSdp))
    session.onReinvite(({ offer }) => (offer === null ? { status: 488 } : sdpOf(end.port, 'talk')))
    session.onEnd(() => {
      this.#sessions.delete(session)
      end.close()
    })
  }

  /** So long, or until the session ends. */
  #until(session: SipSession, ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#stopping ? 0 : ms)
      session.onEnd(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #run(work: Promise<unknown>): void {
    const running = work
      .catch(error => {
        this.did.errors = (this.did.errors ?? 0) + 1
        console.error(error)
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  #did(what: string): void {
    this.did[what] = (this.did[what] ?? 0) + 1
  }
  #often(share: number): boolean {
    return this.#random() < share
  }
  #between(from: number, to: number): number {
    return from + this.#random() * (to - from)
  }
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Asked anew: it may have ended while something was awaited. */
function hasEnded(session: SipSession): boolean {
  return session.state === 'ended'
}
