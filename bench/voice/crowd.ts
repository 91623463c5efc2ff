// The people of the bench, a process of its own: callers behind a provider's trunk and agents' desk phones, over real SIP and RTP. It does what the other process asks (crowd-client.ts), and measures
// by its own clock from what it sends to what it receives.
import {
  createSipEndpoint,
  type IncomingInvite,
  type SipEndpoint,
  type SipSession,
} from '@centrala/sip/endpoint/endpoint.ts'
import { type FarEnd, type Heard, quantile, Talk } from './talk.ts'

/** `talk`: audio both ways. `sink`: what comes is thrown away, nothing is sent. `still`: asks for no audio at all. `held`: sends music of its own, as a phone that holds. */
export type Audio = 'talk' | 'sink' | 'still' | 'held'

export interface CrowdOptions {
  nodePort: number
  providerPort: number
  deskPort: number
  mediaPorts: { from: number; to: number }
}

export interface Rings {
  ms: number[]
  missed: number
  /** Whose calls rang, and when by the clock: dialled, and at the phone. */
  calls: { number: string; dialledAt: number; rangAt: number }[]
}

interface Caller {
  readonly number: string
  session: SipSession | null
  end: FarEnd | null
  /** A phone rings for this call. */
  rung: ((at: number) => void) | null
  /** The agent's phone was answered, and this side knows. */
  joined: ((yes: true) => void) | null
  isJoined: boolean
}

interface Agent {
  readonly username: string
  session: SipSession | null
  end: FarEnd | null
  /** The next call rings here. */
  rung: ((at: number) => void) | null
  ringing: IncomingInvite | null
}

const quiet = (): void => {}
const LOG = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const PATIENCE_MS = 20_000

export class Crowd {
  readonly #options: CrowdOptions
  readonly #provider: SipEndpoint
  readonly #desk: SipEndpoint
  readonly talk: Talk
  readonly #sinkPort: number
  readonly #callers = new Map<string, Caller>()
  readonly #agents = new Map<string, Agent>()
  readonly #browsers: Awaited<ReturnType<Talk['browser']>>[] = []
  /** What desk phones do with a call that rings. */
  answering: 'answer' | 'ring' = 'answer'
  deskAudio: Audio = 'talk'
  #numbers = 0
  #failures: Record<string, number> = {}

  private constructor(options: CrowdOptions, provider: SipEndpoint, desk: SipEndpoint, talk: Talk, sink: FarEnd) {
    this.#options = options
    this.#provider = provider
    this.#desk = desk
    this.talk = talk
    this.#sinkPort = sink.port
    desk.onInvite(invite => void this.#rings(invite))
  }

  static async open(options: CrowdOptions): Promise<Crowd> {
    const listen = (port: number) =>
      createSipEndpoint({
        listen: [{ protocol: 'udp', address: '127.0.0.1', port }],
        userAgent: 'bench phone',
        log: LOG,
      })
    const talk = new Talk(options.mediaPorts)
    await talk.control()
    await talk.control()
    const sink = await talk.phone()
    return new Crowd(options, await listen(options.providerPort), await listen(options.deskPort), talk, sink)
  }

  /** Registers a desk phone for each name, over one socket. */
  async register(usernames: string[], password: string): Promise<void> {
    await knownAt(this.#provider, this.#options.nodePort)
    await inTurns(usernames, 30, async username => {
      this.#agents.set(username, { username, session: null, end: null, rung: null, ringing: null })
      const registration = this.#desk.register({
        registrar: `sip:127.0.0.1:${this.#options.nodePort}`,
        aor: `sip:${username}@127.0.0.1`,
        expiresSeconds: 3600,
        credentials: () => ({ username, password }),
      })
      await new Promise<void>((resolve, reject) => {
        registration.onState(({ state, failure }) => {
          if (state === 'registered') resolve()
          else if (state === 'failed') reject(new Error(`${username} was not registered: ${failure?.status}`))
        })
      })
    })
  }

  /** So many calls to a number; each is answered by the node before the next of its row begins. `joined`: until an agent's phone has answered. */
  async call(options: {
    calls: number
    number: string
    audio: Audio
    joined: boolean
  }): Promise<{ answered: number; failures: Record<string, number> }> {
    this.#failures = {}
    let answered = 0
    await inTurns(Array.from({ length: options.calls }), 10, async () => {
      const caller = this.#newCaller()
      const joined = new Promise<true>(resolve => {
        caller.joined = resolve
      })
      if (!(await this.#dial(caller, options.number, options.audio))) return
      if (options.joined && !(await inTime(joined))) this.#failed('notJoined')
      else answered++
    })
    return { answered, failures: this.#failures }
  }

  /** Calls set up, joined to an agent and ended, one after the other in so many rows. */
  async setUp(options: {
    seconds: number
    rows: number
    number: string
  }): Promise<{ calls: number; seconds: number; cpuMs: number; failures: Record<string, number> }> {
    this.#failures = {}
    this.deskAudio = 'sink'
    const cpu = process.cpuUsage()
    const began = performance.now()
    let calls = 0
    await inTurns(Array.from({ length: options.rows }), options.rows, async () => {
      while (performance.now() - began < options.seconds * 1000) {
        const caller = this.#newCaller()
        const joined = new Promise<true>(resolve => {
          caller.joined = resolve
        })
        if (!(await this.#dial(caller, options.number, 'sink'))) continue
        if (await inTime(joined)) calls++
        else this.#failed('notJoined')
        await caller.session?.bye()
      }
    })
    const used = process.cpuUsage(cpu)
    return {
      calls,
      seconds: (performance.now() - began) / 1000,
      cpuMs: (used.user + used.system) / 1000,
      failures: this.#failures,
    }
  }

  /** From the INVITE of a caller to the INVITE at an agent's phone; then the caller hangs up. One at a time. */
  async ring(options: { samples: number; gapMs: number; number: string }): Promise<Rings> {
    this.answering = 'ring'
    const ms: number[] = []
    const calls: Rings['calls'] = []
    let missed = 0
    for (let i = 0; i < options.samples; i++) {
      const caller = this.#newCaller()
      const rung = new Promise<number>(resolve => {
        caller.rung = resolve
      })
      const at = performance.now()
      const dialled = this.#dial(caller, options.number, 'still')
      const rangAt = await inTime(rung)
      if (rangAt === undefined) missed++
      else {
        ms.push(rangAt - at)
        const clock = performance.timeOrigin
        calls.push({ number: caller.number, dialledAt: clock + at, rangAt: clock + rangAt })
      }
      await dialled
      await caller.session?.bye()
      await sleep(options.gapMs)
    }
    this.answering = 'answer'
    return { ms, missed, calls }
  }

  /** An agent hangs up: how long until the next INVITE at that agent's phone. The call is taken, and another caller comes, so that the crowd stays as it is. */
  async free(options: { samples: number; gapMs: number; number: string; audio: Audio }): Promise<Rings> {
    const ms: number[] = []
    let missed = 0
    const busy = [...this.#agents.values()].filter(({ session }) => session)
    for (let i = 0; i < options.samples; i++) {
      const agent = busy[Math.floor(((i * 0.618034) % 1) * busy.length)]
      if (!agent?.session) {
        missed++
        continue
      }
      const rung = new Promise<number>(resolve => {
        agent.rung = resolve
      })
      const at = performance.now()
      void agent.session.bye()
      const rangAt = await inTime(rung)
      agent.rung = null
      if (rangAt === undefined) missed++
      else ms.push(rangAt - at)
      await this.#dial(this.#newCaller(), options.number, options.audio)
      await sleep(options.gapMs)
    }
    return { ms, missed, calls: [] }
  }

  /** Everybody who waits puts the phone to the ear: music from now on. */
  async listen(): Promise<number> {
    const waiting = [...this.#callers.values()].filter(({ session, isJoined }) => session && !isJoined)
    await inTurns(waiting, 20, async ({ session }) => session?.reinvite(sdpOf(this.#sinkPort, 'sink')))
    return waiting.length
  }

  async browserOffer(): Promise<{ index: number; offer: string }> {
    const browser = await this.talk.browser()
    const index = this.#browsers.push(browser) - 1
    return { index, offer: browser.offer }
  }

  browserAccept(index: number, answer: string): Promise<boolean> {
    return this.#browsers[index]?.accept(answer) ?? Promise.resolve(false)
  }

  measure(seconds: number): Promise<Heard> {
    return this.talk.measure(seconds)
  }

  set(options: { answering?: 'answer' | 'ring'; deskAudio?: Audio }): void {
    Object.assign(this, options)
  }

  counts(): { callers: number; answered: number; busy: number } {
    const busy = [...this.#agents.values()].filter(({ session }) => session).length
    return { callers: this.#callers.size, busy, answered: this.#calls() }
  }

  async hangUpAll(): Promise<void> {
    await inTurns([...this.#callers.values()], 20, async ({ session }) => session?.bye())
  }

  async close(): Promise<void> {
    await this.hangUpAll()
    for (const browser of this.#browsers) browser.close()
    this.talk.close()
    await Promise.all([this.#provider.close(), this.#desk.close()])
  }

  #calls(): number {
    return [...this.#callers.values()].filter(({ session }) => session).length
  }

  #newCaller(): Caller {
    const number = `+38591${String(++this.#numbers).padStart(7, '0')}`
    const caller: Caller = { number, session: null, end: null, rung: null, joined: null, isJoined: false }
    this.#callers.set(number, caller)
    return caller
  }

  async #dial(caller: Caller, number: string, audio: Audio): Promise<boolean> {
    caller.end = audio === 'talk' ? await this.talk.phone() : null
    const result = await this.#provider.invite({
      uri: `sip:${number}@127.0.0.1:${this.#options.nodePort}`,
      from: `<sip:${caller.number}@provider.example>`,
      sdp: sdpOf(caller.end?.port ?? this.#sinkPort, audio),
      timeoutMs: PATIENCE_MS,
      sessionExpiresSeconds: 0,
    }).answered
    if (!result.ok) {
      this.#failed(String(result.status))
      caller.end?.close()
      this.#callers.delete(caller.number)
      return false
    }
    caller.session = result.session
    caller.end?.reach(portOf(result.session.remoteSdp))
    result.session.onEnd(() => {
      caller.end?.close()
      this.#callers.delete(caller.number)
    })
    return true
  }

  async #rings(invite: IncomingInvite): Promise<void> {
    const at = performance.now()
    const agent = this.#agents.get(invite.to.uri.user ?? '')
    const caller = this.#callers.get(decodeURIComponent(invite.from.uri.user ?? ''))
    caller?.rung?.(at)
    agent?.rung?.(at)
    if (!agent) return void invite.refuse({ status: 404 })
    void invite.ringing()
    if (this.answering === 'ring') return
    const end = this.deskAudio === 'talk' ? await this.talk.phone() : null
    const result = await invite.answer(sdpOf(end?.port ?? this.#sinkPort, this.deskAudio))
    if (!result.ok) {
      end?.close()
      return
    }
    const { session } = result
    agent.session = session
    agent.end = end
    end?.reach(portOf(session.remoteSdp))
    session.onEnd(() => {
      end?.close()
      if (agent.session === session) agent.session = null
    })
    if (caller) caller.isJoined = true
    caller?.joined?.(true)
  }

  #failed(what: string): void {
    this.#failures[what] = (this.#failures[what] ?? 0) + 1
  }
}

/** A node answers OPTIONS of its trunks alone: it has been told its configuration. The request is sent again and again until then. */
export async function knownAt(sip: SipEndpoint, nodePort: number): Promise<void> {
  const answer = await sip.options(`sip:127.0.0.1:${nodePort}`)
  if (!answer.ok) throw new Error(`The node does not know its trunk: ${answer.status}`)
}

export function sdpOf(port: number, audio: Audio): string {
  const direction = audio === 'still' ? 'inactive' : audio === 'held' ? 'sendonly' : 'sendrecv'
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=${direction}\r\n`
}

export function portOf(sdp: string | null): number {
  return Number(/^m=audio (\d+)/m.exec(sdp ?? '')?.[1] ?? 9)
}

/** Does it for each, so many at a time. */
async function inTurns<T>(list: readonly T[], atOnce: number, work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0
  const row = async (): Promise<void> => {
    while (next < list.length) await work(list[next++] as T)
  }
  await Promise.all(Array.from({ length: atOnce }, row))
}

function inTime<T>(awaited: Promise<T>): Promise<T | undefined> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS)
    void awaited.then(value => {
      clearTimeout(timer)
      resolve(value)
    })
  })
}

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

export type CrowdMethod = Exclude<keyof Crowd, 'talk' | 'answering' | 'deskAudio'>
export interface Asked {
  id: number
  method: CrowdMethod
  args: unknown[]
}

export { quantile }

if (process.send) {
  const crowd = await Crowd.open(JSON.parse(process.argv[2] ?? '{}') as CrowdOptions)
  process.on('message', async ({ id, method, args }: Asked) => {
    try {
      const value = await (crowd[method] as (...args: unknown[]) => unknown).apply(crowd, args)
      process.send?.({ id, value })
    } catch (error) {
      process.send?.({ id, error: (error as Error).stack })
    }
  })
  process.on('disconnect', () => process.exit())
  process.send({ id: 0 })
}
