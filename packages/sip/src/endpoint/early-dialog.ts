import type { Dialog } from '../dialog/dialog.ts'
import type { DigestClient } from '../digest/client.ts'
import { cseq } from '../message/accessors.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { writeRack } from '../message/reliability.ts'
import type { Peer } from '../transport/transport.ts'
import { readSdp, sdpOf } from './body.ts'
import type { DialogUser } from './dialog-user.ts'
import type { Refusal } from './endpoint.ts'
import { sendInDialog } from './exchange.ts'
import { refusedBy } from './failure.ts'
import type { Stack } from './stack.ts'

/** One branch of a call of ours that rings: acknowledges its reliable responses, answers its UPDATEs. */
export class EarlyDialog implements DialogUser {
  readonly session = null
  localSdp: string | null = null
  remoteSdp: string | null = null
  readonly #stack: Stack
  readonly #dialog: Dialog
  readonly #auth: DigestClient
  readonly #contactUser: string | null
  readonly #wanted: { sdp: string | null; onOffer?: (offer: string) => string | Promise<string> }
  #lastReliable: number | null = null

  constructor(
    stack: Stack,
    dialog: Dialog,
    auth: DigestClient,
    contactUser: string | null,
    wanted: { sdp: string | null; onOffer?: (offer: string) => string | Promise<string> },
  ) {
    this.#stack = stack
    this.#dialog = dialog
    this.#auth = auth
    this.#contactUser = contactUser
    this.#wanted = wanted
    stack.dialogs.set(dialog.key, this)
  }

  get key(): string {
    return this.#dialog.key
  }

  /** Takes note of a reliable response and acknowledges it; false when it is a repetition, or came before one that is missing (RFC 3262 4). */
  reliable(number: number, response: SipResponse, invite: SipRequest): boolean {
    if (this.#lastReliable !== null && number !== this.#lastReliable + 1) return false
    this.#lastReliable = number
    this.#prack(number, sdpOf(response), invite).catch(error => {
      this.#stack.log.error({ error, callId: this.#dialog.callId }, 'A provisional response could not be acknowledged')
    })
    return true
  }

  /** The call was answered on this branch: its numbers go on in the confirmed dialog. */
  handOver(dialog: Dialog): void {
    dialog.localSeq = Math.max(dialog.localSeq, this.#dialog.localSeq)
    dialog.remoteSeq = this.#dialog.remoteSeq
  }

  forget(): void {
    if (this.#stack.dialogs.get(this.key) === this) this.#stack.dialogs.delete(this.key)
  }

  takeRequest(request: SipRequest, peer: Peer): void {
    const transaction = this.#stack.transactions.serve(request, peer)
    const answer = (status: number, refusal: Partial<Refusal> = {}) =>
      transaction.respond(this.#stack.response(request, status, null, refusal))
    if (!this.#dialog.inOrder(request)) answer(500, { retryAfterSeconds: 1 })
    else if (request.method === 'UPDATE') {
      this.#update(request, peer, answer, body => {
        const response = this.#stack.response(request, 200, null, {
          headers: { Contact: this.#stack.contact(peer, this.#contactUser), 'Content-Type': 'application/sdp' },
        })
        transaction.respond({ ...response, body: Buffer.from(body) })
      }).catch(error => {
        this.#stack.log.error({ error, callId: this.#dialog.callId }, 'An early UPDATE could not be answered')
        answer(500)
      })
    } else if (request.method === 'INFO' || request.method === 'OPTIONS') answer(200)
    else answer(request.method === 'BYE' || request.method === 'NOTIFY' ? 481 : 405)
  }

  takeAck(): void {}

  takeOkAgain(): void {}

  close(): void {
    this.forget()
  }

  async #update(
    request: SipRequest,
    peer: Peer,
    answer: (status: number, refusal?: Partial<Refusal>) => void,
    accept: (sdp: string) => void,
  ): Promise<void> {
    const read = readSdp(request)
    const { onOffer } = this.#wanted
    if (read === 'unsupported') answer(415, { headers: { Accept: 'application/sdp' } })
    else if (read.sdp === null) answer(200, { headers: { Contact: this.#stack.contact(peer, this.#contactUser) } })
    // RFC 3311 5.2: our offer is still without its answer.
    else if (this.#wanted.sdp !== null && this.remoteSdp === null) answer(491)
    else if (onOffer === undefined) answer(488)
    else {
      const ours = await onOffer(read.sdp)
      this.#dialog.refresh(request, peer)
      this.localSdp = ours
      this.remoteSdp = read.sdp
      accept(ours)
    }
  }

  async #prack(number: number, sdp: string | null, invite: SipRequest): Promise<void> {
    let body: string | null = null
    if (sdp !== null && this.remoteSdp === null) {
      this.remoteSdp = sdp
      if (this.#wanted.sdp === null && this.#wanted.onOffer !== undefined) {
        body = await this.#wanted.onOffer(sdp)
        this.localSdp = body
      }
    }
    const rack = writeRack({ rseq: number, ...cseq(invite) })
    const wanted = {
      method: 'PRACK',
      contactUser: this.#contactUser,
      body,
      prepare: (headers: { set(name: string, value: string): unknown }) => void headers.set('RAck', rack),
    }
    await sendInDialog(this.#stack, this.#dialog, this.#auth, wanted, refusedBy)
  }
}
