import { createMedia } from '@centrala/media/endpoint/create-media.ts'
import type { Media, Playback, Room, RtpLeg } from '@centrala/media/endpoint/media.ts'
import { Source } from '@centrala/media/play/source.ts'
import { renderTones } from '@centrala/media/tone/generate.ts'
import {
  createSipEndpoint,
  type Failure,
  type IncomingInvite,
  type Registration,
  type SipEndpoint,
  type SipSession,
} from '@centrala/sip/endpoint/endpoint.ts'
import { until } from './deadline.ts'
import { PASSWORD } from './test-config.ts'

const silentLog = { debug() {}, info() {}, warn() {}, error() {} }

/** Somebody on the phone, outside of the node: a SIP endpoint of their own, with a voice that is a tone. */
export class Party {
  readonly sip: SipEndpoint
  readonly media: Media
  readonly port: number
  /** Calls that rang here, as they came. */
  readonly invites: IncomingInvite[] = []
  /** What is done with a call that rings; answered at once unless told. */
  answering: (invite: IncomingInvite) => void = invite => void this.take(invite)
  readonly lines: PartyLine[] = []
  #registration: Registration | null = null

  /** What stands after the @ of an address at the node, but for its port. */
  readonly #nodeHost: string
  readonly #parameter: string

  private constructor(sip: SipEndpoint, media: Media, address: string, protocol: 'udp' | 'ws') {
    // Several parties have addresses of their own; the node has one of each family.
    this.#nodeHost = address.includes(':') ? `[${address}]` : '127.0.0.1'
    this.#parameter = protocol === 'udp' ? '' : `;transport=${protocol}`
    this.sip = sip
    this.media = media
    this.port = sip.listening[0]?.port ?? 0
    sip.onInvite(invite => {
      this.invites.push(invite)
      this.answering(invite)
    })
  }

  static async open(options: {
    port?: number
    mediaPorts: [number, number]
    address?: string
    protocol?: 'udp' | 'ws'
  }): Promise<Party> {
    const address = options.address ?? '127.0.0.1'
    const protocol = options.protocol ?? 'udp'
    const sip = await createSipEndpoint({
      listen: [{ protocol, address, port: options.port ?? 0 }],
      userAgent: 'test phone',
      log: silentLog,
    })
    const [from, to] = options.mediaPorts
    return new Party(sip, createMedia({ listenAddress: address, ports: { from, to } }), address, protocol)
  }

  /** Calls a number at the node. */
  async call(
    nodePort: number,
    number: string,
    options: {
      from?: string
      headers?: Record<string, string>
      username?: string
      text?: boolean
      telephoneEvent?: boolean
    } = {},
  ): Promise<{ ok: true; line: PartyLine } | Failure> {
    const leg = await this.media.rtpLeg({
      srtp: 'never',
      codecs: ['PCMA'],
      text: options.text ? 'offer' : 'accept',
      telephoneEvent: options.telephoneEvent ?? true,
    })
    const { username } = options
    const result = await this.sip.invite({
      uri: `sip:${number}@${this.#nodeHost}:${nodePort}${this.#parameter}`,
      from: options.from ?? '<sip:+385911234567@provider.example>',
      ...(options.headers && { headers: options.headers }),
      ...(username && { credentials: () => ({ username, password: PASSWORD }) }),
      sdp: leg.offer(),
      timeoutMs: 10_000,
    }).answered
    if (!result.ok) {
      await leg.close()
      return result
    }
    leg.accept(result.session.remoteSdp ?? '')
    return { ok: true, line: this.#line(result.session, leg) }
  }

  /** Calls, and takes it as an error when that fails. */
  async reach(...args: Parameters<Party['call']>): Promise<PartyLine> {
    const result = await this.call(...args)
    if (!result.ok) throw new Error(`The call failed: ${result.status} ${result.reason}`)
    return result.line
  }

  async take(invite: IncomingInvite): Promise<PartyLine | null> {
    const leg = await this.media.rtpLeg({ srtp: 'never', codecs: ['PCMA'] })
    const answer = leg.answer(invite.offer ?? '')
    if (!answer.ok) return null
    const result = await invite.answer(answer.sdp)
    return result.ok ? this.#line(result.session, leg) : null
  }

  /** Registers as a desk phone; resolves when it is. */
  async register(nodePort: number, username: string, password = PASSWORD): Promise<void> {
    // A phone that has just been set up may be a moment ahead of the node: it tries again.
    for (let tries = 1; ; tries++) {
      const registration = this.sip.register({
        registrar: `sip:${this.#nodeHost}:${nodePort}${this.#parameter}`,
        aor: `sip:${username}@${this.#nodeHost}`,
        credentials: () => ({ username, password }),
      })
      const state = await until(
        () => registration.current.state !== 'registering' && registration.current.state,
        `answer to the registration of ${username}`,
      )
      if (state === 'registered') {
        this.#registration = registration
        return
      }
      if (tries === 3) throw new Error(`${username} could not register: ${registration.current.failure?.status}`)
      await registration.stop()
      await new Promise(resolve => setTimeout(resolve, 500))
    }
  }

  async unregister(): Promise<void> {
    await this.#registration?.stop()
  }

  /** The call that rang and was taken. */
  line(): Promise<PartyLine> {
    return until(() => this.lines.at(-1), 'answered call')
  }

  async close(): Promise<void> {
    await this.sip.close()
    await this.media.close()
  }

  #line(session: SipSession, leg: RtpLeg): PartyLine {
    const line = new PartyLine(this.media.room(), session, leg)
    this.lines.push(line)
    return line
  }
}

/** An answered call, as its person has it. */
export class PartyLine {
  readonly session: SipSession
  readonly leg: RtpLeg
  readonly #room: Room
  #voice: Playback | null = null
  /** What was heard last: half a second. */
  #heard = new Int16Array(4000)
  #frames = 0

  constructor(room: Room, session: SipSession, leg: RtpLeg) {
    this.#room = room
    this.session = session
    this.leg = leg
    session.onReinvite(change => {
      if (change.offer === null) return leg.offer()
      const answer = leg.answer(change.offer)
      return answer.ok ? answer.sdp : { status: 488 }
    })
    session.onEnd(() => void leg.close())
    room.join(leg, { hears: [], heardBy: [] })
    leg.onAudio(pcm => {
      this.#heard.copyWithin(0, pcm.length)
      this.#heard.set(pcm, this.#heard.length - pcm.length)
      this.#frames++
    })
    // Something must go out, or the other side's firewall (and our latch) never learns where we are.
    this.say(0)
  }

  /** Says a tone from now on; 0: silence. */
  say(hertz: number): void {
    this.#voice?.stop()
    const pcm = renderTones([{ frequencies: hertz === 0 ? [] : [hertz], ms: 1000, level: -12 }])
    this.#voice = this.#room.play(this.leg.id, new Source(`${hertz} Hz`, pcm), { loop: true, only: true })
  }

  /** Plays a sound (8 kHz) once, such as the tones of a machine; resolves when it is over. */
  async sound(pcm: Int16Array): Promise<void> {
    this.#voice?.stop()
    await this.#room.play(this.leg.id, new Source('sound', pcm), { only: true }).done
    this.say(0)
  }

  /** Plays a sound once, then is silent. */
  play(source: Source): void {
    this.#voice?.stop()
    this.#voice = this.#room.play(this.leg.id, source, { only: true })
    void this.#voice.done.then(how => how === 'finished' && this.say(0))
  }

  /** How loud a tone is in what is heard now: its share of full scale, 0–1. */
  loudness(hertz: number): number {
    let s1 = 0
    let s2 = 0
    const turn = 2 * Math.cos((2 * Math.PI * hertz) / 8000)
    for (const sample of this.#heard) [s1, s2] = [sample + turn * s1 - s2, s1]
    return (2 * Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - turn * s1 * s2))) / this.#heard.length / 32_768
  }

  /** The level of all that is heard, 0–1. */
  get level(): number {
    let sum = 0
    for (const sample of this.#heard) sum += sample * sample
    return Math.sqrt(sum / this.#heard.length) / 32_768
  }

  async hears(hertz: number, ms?: number): Promise<void> {
    await until(
      () => this.loudness(hertz) > 0.05,
      `tone of ${hertz} Hz (${this.loudness(hertz)}, level ${this.level})`,
      ms,
    )
  }

  /** The tone is gone, and stays gone for half a second of audio. */
  async hearsNot(hertz: number, ms?: number): Promise<void> {
    await until(() => this.loudness(hertz) < 0.004, `end of the tone of ${hertz} Hz (${this.loudness(hertz)})`, ms)
  }

  get framesHeard(): number {
    return this.#frames
  }

  /** Lets so much conversation pass, by what is heard of it. */
  async listens(ms: number): Promise<void> {
    const enough = this.#frames + ms / 20
    await until(() => this.#frames >= enough, `${ms} ms of audio`, ms * 5)
  }

  async ended(ms?: number): Promise<void> {
    await until(() => this.session.state === 'ended', 'end of the call', ms)
  }

  hangUp(): Promise<void> {
    return this.session.bye()
  }
}
