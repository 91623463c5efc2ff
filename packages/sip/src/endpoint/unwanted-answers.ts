import { Dialog } from '../dialog/dialog.ts'
import type { DigestClient } from '../digest/client.ts'
import { toTag } from '../message/accessors.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import type { Peer } from '../transport/transport.ts'
import { type SentAck, sendAck, sendInDialog } from './exchange.ts'
import { refusedBy } from './failure.ts'
import type { Stack } from './stack.ts'

/** Answers nobody wants: of a second fork, or one that crossed our CANCEL. Each is acknowledged and hung up (RFC 3261 13.2.2.4, 15). */
export class UnwantedAnswers {
  readonly #stack: Stack
  readonly #auth: DigestClient
  readonly #acks = new Map<string, SentAck>()

  constructor(stack: Stack, auth: DigestClient) {
    this.#stack = stack
    this.#auth = auth
  }

  end(invite: SipRequest, ok: SipResponse, peer: Peer): void {
    const tag = toTag(ok) ?? ''
    const known = this.#acks.get(tag)
    if (known !== undefined) {
      known.again()
      return
    }
    const dialog = Dialog.calling(invite, ok, peer, false)
    const ack = sendAck(this.#stack, dialog, invite, null)
    this.#acks.set(tag, ack)
    void ack.left.then(() =>
      sendInDialog(this.#stack, dialog, this.#auth, { method: 'BYE', contactUser: null }, refusedBy),
    )
  }
}
