import type { Dialog } from '../dialog/dialog.ts'
import type { DigestClient } from '../digest/client.ts'
import { cseq } from '../message/accessors.ts'
import type { Headers } from '../message/headers.ts'
import { request as newRequest, type SipRequest, type SipResponse } from '../message/message.ts'
import { write } from '../message/write.ts'
import { InviteClient } from '../transaction/client-invite.ts'
import { newBranch } from '../transaction/transactions.ts'
import type { Peer } from '../transport/transport.ts'
import type { ExtraHeaders, Failure } from './endpoint.ts'
import { addExtra } from './extra-headers.ts'
import { failureOf } from './failure.ts'
import { Journey } from './journey.ts'
import { extensions, type Stack } from './stack.ts'

/** Methods whose requests carry a Contact (RFC 3261 12.1, 3311, 3515, 6665). */
const withContact = new Set(['INVITE', 'UPDATE', 'REFER', 'SUBSCRIBE', 'NOTIFY'])

/** How long a change of a session may be thought over at the other side: a person may have to agree. */
const changeTimeoutMs = 60_000

/** What every request of ours says about its sender. */
export function introduce(stack: Stack, headers: Headers, method: string, peer: Peer, user: string | null): void {
  if (withContact.has(method)) headers.add('Contact', stack.contact(peer, user))
  if (method === 'INVITE' || method === 'UPDATE') {
    headers.add('Allow', stack.allow)
    headers.add('Supported', extensions.join(', '))
  }
  headers.add('User-Agent', stack.userAgent)
}

export interface DialogRequest {
  readonly method: string
  readonly contactUser: string | null
  readonly headers?: ExtraHeaders
  readonly body?: string | null
  readonly contentType?: string
  /** Asked anew for every try: what may change between them. */
  prepare?(headers: Headers): void
  /** A final response that asks for another try. */
  again?(response: SipResponse): boolean
  /** The 2xx of a re-INVITE once more: its ACK was lost. */
  okAgain?(response: SipResponse): void
}

export type Exchanged = {
  readonly ok: true
  readonly response: SipResponse
  readonly request: SipRequest
  readonly peer: Peer
}

/** A request inside a dialog. */
export function sendInDialog(
  stack: Stack,
  dialog: Dialog,
  auth: DigestClient,
  wanted: DialogRequest,
  refused: (response: SipResponse) => Failure,
): Promise<Exchanged | Failure> {
  return new Promise(resolve => {
    let done = false
    const settle = (result: Exchanged | Failure) => {
      done = true
      patience?.()
      resolve(result)
    }
    const build = (peer: Peer) => {
      const { uri, headers } = dialog.next(wanted.method)
      introduce(stack, headers, wanted.method, peer, wanted.contactUser)
      wanted.prepare?.(headers)
      addExtra(headers, wanted.headers)
      if (wanted.body !== null && wanted.body !== undefined) {
        headers.set('Content-Type', wanted.contentType ?? 'application/sdp')
      }
      return newRequest(wanted.method, uri, headers, wanted.body ?? undefined)
    }
    const journey = new Journey(stack, build, auth, {
      final(response, peer, request) {
        if (done) {
          wanted.okAgain?.(response)
          return 'done'
        }
        if (response.status >= 300 && wanted.again?.(response) === true) return 'again'
        settle(response.status < 300 ? { ok: true, response, request, peer } : refused(response))
        return 'done'
      },
      failed: settle,
    })
    // A side that says 100 and then nothing would keep a re-INVITE for ever.
    const patience =
      wanted.method === 'INVITE'
        ? stack.timers.after(changeTimeoutMs, () => {
            const { transaction } = journey
            journey.lastTry()
            if (transaction instanceof InviteClient && transaction.state === 'proceeding') {
              stack.transactions.cancel(transaction, null)
            }
            settle(failureOf('timeout'))
          })
        : null
    void journey.start(dialogTargets(stack, dialog))
  })
}

/** Where the dialog's requests go: back along the flow where the Contact means nothing here, else by the route set or the target. */
export async function dialogTargets(stack: Stack, dialog: Dialog): Promise<readonly Peer[]> {
  if (!dialog.byFlow) return stack.targets(dialog.nextHop)
  if (dialog.flow.protocol === 'udp' || dialog.nextHop.host.endsWith('.invalid')) return [dialog.flow]
  // The connection may be gone: then the Contact is worth a try.
  const others = await stack.targets(dialog.nextHop).catch(() => [])
  return [dialog.flow, ...others]
}

/** An ACK on its way: bytes to send again when the 2xx comes again. */
export interface SentAck {
  readonly number: number
  /** Resolves when it has left (or cannot): a BYE must not overtake it. */
  readonly left: Promise<void>
  again(): void
}

/** ACK of a 2xx: a request of its own without a transaction, with the INVITE's number and credentials (RFC 3261 13.2.2.4). */
export function sendAck(stack: Stack, dialog: Dialog, invite: SipRequest, sdp: string | null): SentAck {
  const { number } = cseq(invite)
  const { uri, headers } = dialog.next('ACK', number)
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of invite.headers.lines(name)) headers.add(name, value)
  }
  headers.add('User-Agent', stack.userAgent)
  if (sdp !== null) headers.add('Content-Type', 'application/sdp')
  const ack = newRequest('ACK', uri, headers, sdp ?? undefined)
  let sent: { bytes: Buffer; peer: Peer } | null = null
  const first = async () => {
    for (const peer of await dialogTargets(stack, dialog)) {
      const via = stack.via(peer)
      if (via === null) continue
      ack.headers.set('Via', `${via};branch=${newBranch()};rport`)
      const bytes = write(ack)
      try {
        await stack.transports.send(bytes, peer)
        sent = { bytes, peer }
        return
      } catch {}
    }
  }
  const lost = (error: unknown) => stack.log.warn({ error, callId: dialog.callId }, 'An ACK could not be sent')
  const left = first().catch(lost)
  return {
    number,
    left,
    again: () => {
      if (sent === null) first().catch(lost)
      else stack.transports.send(sent.bytes, sent.peer).catch(lost)
    },
  }
}
