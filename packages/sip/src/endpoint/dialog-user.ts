import type { SipRequest, SipResponse } from '../message/message.ts'
import type { Peer } from '../transport/transport.ts'
import type { SipSession } from './endpoint.ts'

/** Who gets the messages of a dialog. */
export interface DialogUser {
  /** The session, once there is one. */
  readonly session: SipSession | null
  /** A request of the dialog (never ACK or CANCEL); its transaction is still to be made. */
  takeRequest(request: SipRequest, peer: Peer): void
  takeAck(request: SipRequest, peer: Peer): void
  /** A 2xx to an INVITE came again after its transaction was over. */
  takeOkAgain(response: SipResponse, peer: Peer): void
  /** The endpoint closes; resolves when the other side has confirmed. */
  close(): Promise<void> | void
}
