import type { AudioCodec, Digit, RtpLeg } from '@centrala/media/endpoint/media.ts'
import type {
  Failure,
  IncomingInvite,
  InviteOptions,
  OutgoingInvite,
  SessionEnd,
  SipSession,
} from '@centrala/sip/endpoint/endpoint.ts'
import type { VoiceNode } from '../node.ts'
import type { LegEnd, Wire } from './leg.ts'

/** Audio by RTP, signalled by SIP. */
export class SipWire implements Wire {
  readonly audio: RtpLeg
  session: SipSession | null = null
  #ended = false
  readonly #listeners: ((end: SessionEnd) => void)[] = []

  constructor(audio: RtpLeg) {
    this.audio = audio
  }

  /** The call is answered: from now on the wire follows its session. */
  attach(session: SipSession): void {
    this.session = session
    session.onReinvite(change => {
      if (change.offer === null) {
        void change.answered.then(answer => answer !== null && this.audio.accept(answer))
        return this.audio.offer()
      }
      const answer = this.audio.answer(change.offer)
      return answer.ok ? answer.sdp : { status: answer.status, headers: { Warning: `304 centrala "${answer.reason}"` } }
    })
    session.onInfo(({ contentType, body }) => {
      const digit = infoDigit(contentType, body)
      if (digit) this.audio.digit(digit.digit, digit.ms)
    })
    session.onEnd(end => {
      this.#ended = true
      void this.audio.close()
      for (const listener of this.#listeners) listener(end)
    })
  }

  /** The other side, or its network, ended it; not called for what we hang up ourselves. */
  onEnd(listener: (end: SessionEnd) => void): void {
    this.#listeners.push(listener)
  }

  /** It belongs to another call now. */
  onEndInstead(listener: (end: SessionEnd) => void): void {
    this.#listeners.length = 0
    this.#listeners.push(listener)
  }

  hangUp(end: LegEnd): void {
    if (!this.#ended) {
      this.#listeners.length = 0
      void this.session?.bye({ q850: end.q850 ?? 16 })
    }
    void this.audio.close()
  }
}

/** A key by SIP INFO: `application/dtmf-relay` ("Signal=5\nDuration=160") or `application/dtmf` ("5"). */
function infoDigit(contentType: string, body: string): { digit: Digit; ms: number } | null {
  if (!/^application\/dtmf/i.test(contentType)) return null
  const signal = /^(?:\s*signal\s*=)?\s*([0-9A-D*#]|1[01])\s*$/im.exec(body)?.[1]?.toUpperCase()
  if (!signal) return null
  const ms = Number(/duration\s*=\s*(\d{1,5})/i.exec(body)?.[1] ?? 0)
  return { digit: (signal === '10' ? '*' : signal === '11' ? '#' : signal) as Digit, ms }
}

export interface CallOutOptions extends Omit<InviteOptions, 'sdp' | 'signal'> {
  codecs?: AudioCodec[]
  srtp?: 'never' | 'optional' | 'required'
  signallingAddress?: string
}

/** A call we make. `answered` always resolves, once. */
export interface CallOut {
  readonly wire: SipWire
  readonly answered: Promise<{ ok: true; wire: SipWire } | Failure>
  /** `early`: audio comes already (183 with SDP), from the wire. */
  onRinging(listener: (early: boolean) => void): void
  cancel(end: LegEnd): void
}

/** Calls a SIP address: the offer goes out with ports taken, and everything is given back where it fails. Throws MediaError when the node has no ports. */
export async function callOut(node: VoiceNode, options: CallOutOptions): Promise<CallOut> {
  const { codecs, srtp, signallingAddress, ...rest } = options
  const audio = await node.media.rtpLeg({
    ...(codecs && codecs.length > 0 && { codecs }),
    srtp: srtp ?? 'never',
    text: 'accept',
    ...(signallingAddress && { signallingAddress }),
  })
  const wire = new SipWire(audio)
  const outgoing: OutgoingInvite = node.sip.invite({ ...rest, sdp: audio.offer() })
  let early = false
  const takeEarly = (sdp: string | null) => {
    if (sdp !== null && !early) early = audio.accept(sdp).ok
  }
  const answered = outgoing.answered.then(async (result): Promise<{ ok: true; wire: SipWire } | Failure> => {
    if (!result.ok) {
      await audio.close()
      return result
    }
    wire.attach(result.session)
    const sdp = result.session.remoteSdp
    const accepted = sdp === null ? null : audio.accept(sdp)
    if (accepted?.ok) return { ok: true, wire }
    node.log.warn({ reason: accepted?.reason ?? 'no SDP' }, 'an answer whose audio cannot be used')
    wire.hangUp({ status: 488, q850: 88, reason: 'failed' })
    return {
      ok: false,
      cause: 'refused',
      status: 488,
      reason: accepted?.reason ?? 'The answer has no audio.',
      q850: 88,
      retryAfterSeconds: null,
      contacts: [],
      response: null,
    }
  })
  return {
    wire,
    answered,
    onRinging: listener =>
      outgoing.onRinging(ringing => {
        takeEarly(ringing.sdp)
        listener(early)
      }),
    cancel: end => outgoing.cancel({ q850: end.q850 ?? (end.reason === 'withdrawn' ? 26 : 16) }),
  }
}

/** Takes ports for a call that comes in. Null after a refusal: there are none. */
export async function openWire(
  node: VoiceNode,
  invite: IncomingInvite,
  options: { codecs?: AudioCodec[]; srtp?: 'never' | 'optional' | 'required' },
): Promise<SipWire | null> {
  try {
    const audio = await node.media.rtpLeg({
      ...(options.codecs && options.codecs.length > 0 && { codecs: options.codecs }),
      srtp: options.srtp ?? 'optional',
      text: 'accept',
      signallingAddress: invite.peer.address,
    })
    return new SipWire(audio)
  } catch (error) {
    node.log.warn({ reason: (error as Error).message }, 'a call is refused: no media port')
    invite.refuse({ status: 503, retryAfterSeconds: 10 })
    return null
  }
}

/** Our answer to their offer, or our offer where they made none. Null after a refusal. */
export function sdpFor(invite: IncomingInvite, wire: SipWire): string | null {
  if (invite.offer === null) return wire.audio.offer()
  const answer = wire.audio.answer(invite.offer)
  if (answer.ok) return answer.sdp
  invite.refuse({ status: answer.status, headers: { Warning: `304 centrala "${answer.reason}"` } })
  void wire.audio.close()
  return null
}

/** Sends the answer and waits for the ACK. */
export async function confirm(node: VoiceNode, invite: IncomingInvite, wire: SipWire, sdp: string): Promise<boolean> {
  const result = await invite.answer(sdp)
  if (!result.ok) {
    void wire.audio.close()
    return false
  }
  wire.attach(result.session)
  if (invite.offer === null) {
    const theirs = result.session.remoteSdp
    const accepted = theirs === null ? null : wire.audio.accept(theirs)
    if (!accepted?.ok) {
      node.log.warn({ reason: accepted?.reason ?? 'no SDP' }, 'an answer whose audio cannot be used')
      wire.hangUp({ status: 488, q850: 88, reason: 'failed' })
      return false
    }
  }
  return true
}
