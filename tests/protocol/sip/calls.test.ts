import { setTimeout as sleep } from 'node:timers/promises'
import { ha1 } from '@centrala/sip/digest/digest.ts'
import { createDigestServer } from '@centrala/sip/digest/server.ts'
import {
  createSipEndpoint,
  type IncomingInvite,
  type InviteOptions,
  type SessionEnd,
  type SipEndpoint,
  type SipSession,
} from '@centrala/sip/endpoint/endpoint.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../until.ts'
import { sipp, sippIsHere, stopSipp } from './sipp.ts'

const ourPort = 21_000
let port = 21_010
let endpoint: SipEndpoint
const faults: unknown[] = []
const quiet = () => {}
const log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (fields: unknown, text: string) => faults.push(text, fields),
}

const sdp = (direction = 'sendrecv') =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 21480 RTP/AVP 0\r\na=${direction}\r\n`

if (!sippIsHere) console.log('SIPp is not installed: the calls against it are skipped. Install the package sip-tester.')

beforeAll(async () => {
  if (!sippIsHere) return
  endpoint = await createSipEndpoint({
    listen: [
      { protocol: 'udp', address: '127.0.0.1', port: ourPort },
      { protocol: 'tcp', address: '127.0.0.1', port: ourPort },
    ],
    userAgent: 'Centrala test',
    log,
    // Five times the RFC’s speed, so that 32 s of waiting for an ACK are 6.4.
    timing: { t1Ms: 100, t2Ms: 800, t4Ms: 1000 },
    minSessionExpiresSeconds: 4,
  })
})

beforeEach(() => {
  port += 1
})

afterEach(() => {
  expect(faults.splice(0)).toEqual([])
})

afterAll(async () => {
  stopSipp()
  if (!sippIsHere) return
  await until(() => {
    const { transactions, dialogs, timers } = endpoint.counts()
    return transactions + dialogs + timers === 0
  }, 'every transaction, dialog and timer to be gone')
  await endpoint.close()
})

const play = (scenario: string, options: { calls?: number; tcp?: boolean } = {}) =>
  sipp(scenario, { port, ourPort, ...options })

/** Answers every call and keeps what happened. */
function answering(before?: (invite: IncomingInvite) => Promise<unknown>) {
  const seen = { calls: 0, sessions: [] as SipSession[], ends: [] as SessionEnd[], failures: [] as unknown[] }
  endpoint.onInvite(async invite => {
    seen.calls++
    await before?.(invite)
    const result = await invite.answer(sdp())
    if (!result.ok) {
      seen.failures.push(result)
      return
    }
    const { session } = result
    seen.sessions.push(session)
    session.onEnd(end => seen.ends.push(end))
    session.onReinvite(change => sdp(change.offer?.includes('sendonly') ? 'recvonly' : 'sendrecv'))
  })
  return seen
}

function call(options: Partial<InviteOptions> = {}) {
  return endpoint.invite({
    uri: `sip:service@127.0.0.1:${port}`,
    from: `sip:caller@127.0.0.1:${ourPort}`,
    sdp: sdp(),
    ...options,
  })
}

async function answered(options: Partial<InviteOptions> = {}): Promise<SipSession> {
  const result = await call(options).answered
  if (!result.ok) throw new Error(`${result.status} ${result.reason}`)
  return result.session
}

describe.skipIf(!sippIsHere)('SIPp calls us', { timeout: 30_000 }, () => {
  test('and is answered, hundreds of times over UDP and over TCP', async () => {
    const seen = answering(invite => invite.ringing())
    await play('answered', { calls: 200 })
    expect(seen.ends.filter(end => end.by === 'remote')).toHaveLength(200)
    port += 1
    await play('answered', { calls: 100, tcp: true })
    expect(seen.ends).toHaveLength(300)
  })

  test('and gives up while it rings', async () => {
    const reasons: string[] = []
    endpoint.onInvite(invite => {
      void invite.ringing()
      invite.onCancel(end => reasons.push(end.reason))
    })
    await play('cancelled')
    expect(reasons).toEqual(['Call completed elsewhere'])
  })

  test('and finds us busy', async () => {
    endpoint.onInvite(invite => invite.refuse({ status: 486, q850: 17 }))
    await play('busy')
  })

  test('with the same INVITE three times, and it is one call', async () => {
    const seen = answering(() => sleep(300))
    await play('repeated-invite')
    expect(seen.calls).toBe(1)
  })

  test('and never acknowledges the answer: we hang up', async () => {
    const seen = answering()
    await play('lost-ack')
    await until(() => seen.failures.length === 1, 'the unacknowledged call to fail')
    expect(seen.failures).toMatchObject([{ cause: 'timeout' }])
  })

  test('and holds and resumes', async () => {
    const seen = answering()
    await play('held')
    expect(seen.ends).toMatchObject([{ by: 'remote' }])
  })

  test('and acknowledges our early media', async () => {
    const seen = answering(invite => invite.ringing({ sdp: sdp() }))
    await play('reliable-ringing')
    expect(seen.sessions).toHaveLength(1)
  })

  test('and is refreshed by us', async () => {
    const seen = answering()
    await play('refreshed')
    expect(seen.ends).toMatchObject([{ by: 'remote' }])
  })

  test('and does not refresh as promised: we hang up', async () => {
    const seen = answering()
    await play('not-refreshed')
    await until(() => seen.ends.length === 1, 'the call to end')
    expect(seen.ends).toMatchObject([{ by: 'timeout' }])
  })

  test('and transfers the call', async () => {
    const targets: (string | null)[] = []
    endpoint.onInvite(async invite => {
      const result = await invite.answer(sdp())
      if (!result.ok) return
      result.session.onRefer(refer => {
        targets.push(refer.to.user)
        refer.accept()
        void refer.notify(200)
      })
    })
    await play('transferred')
    expect(targets).toEqual(['carol'])
  })

  test('with an interval too small and is told the least', async () => {
    answering()
    await play('too-brief')
  })

  test('and takes our offer', async () => {
    const seen = answering()
    await play('late-offer')
    expect(seen.sessions[0]?.remoteSdp).toContain('m=audio 21490')
  })

  test('and sends a digit', async () => {
    const digits: string[] = []
    endpoint.onInvite(async invite => {
      const result = await invite.answer(sdp())
      if (result.ok) result.session.onInfo(info => digits.push(info.body.split(/\r?\n/)[0] ?? ''))
    })
    await play('dtmf-info')
    expect(digits).toEqual(['Signal=5'])
  })
})

describe.skipIf(!sippIsHere)('SIPp registers', { timeout: 30_000 }, () => {
  const seen: number[] = []

  beforeAll(() => {
    if (!sippIsHere) return
    const digest = createDigestServer({ realm: 'centrala', secret: Buffer.alloc(32, 3), algorithms: ['MD5'] })
    endpoint.onRegister(async incoming => {
      const verdict = await digest.verify(incoming.request, username =>
        username === 'caller' ? { MD5: ha1('MD5', 'caller', 'centrala', 'secret') } : null,
      )
      if (!verdict.ok) {
        incoming.challenge(digest.challenge({ stale: verdict.why === 'stale' }).map(([, value]) => value))
        return
      }
      const bindings = incoming.contacts.filter(contact => contact.expiresSeconds > 0)
      seen.push(bindings.length)
      incoming.accept(
        bindings.map(({ uri, expiresSeconds }) => ({ uri: `sip:${uri.user}@${uri.host}:${uri.port}`, expiresSeconds })),
      )
    })
  })

  test('with its password, and leaves', async () => {
    await play('registered')
    expect(seen).toEqual([1, 0])
  })

  test('with a wrong password and is not let in', async () => {
    await play('denied')
    expect(seen).toEqual([1, 0])
  })
})

describe.skipIf(!sippIsHere)('we call SIPp', { timeout: 30_000 }, () => {
  test('which rings, answers and hangs up', async () => {
    const other = play('called-answers')
    const statuses: number[] = []
    const outgoing = call()
    outgoing.onRinging(ringing => statuses.push(ringing.status))
    const result = await outgoing.answered
    if (!result.ok) throw new Error(result.reason)
    const end = await new Promise<SessionEnd>(resolve => result.session.onEnd(resolve))
    await other
    expect(statuses).toEqual([180])
    expect(end).toMatchObject({ by: 'remote', q850: 16, reason: 'Normal call clearing' })
  })

  test('which is busy', async () => {
    const other = play('called-busy')
    expect(await call().answered).toMatchObject({ ok: false, cause: 'refused', status: 486, q850: 17 })
    await other
  })

  test('which rings until we give up', async () => {
    const other = play('called-cancelled')
    const outgoing = call()
    outgoing.onRinging(() => outgoing.cancel())
    expect(await outgoing.answered).toMatchObject({ ok: false, cause: 'cancelled' })
    await other
  })

  test('which wants our password', async () => {
    const other = play('called-asks-password')
    const session = await answered({ credentials: () => ({ username: 'caller', password: 'secret' }) })
    await session.bye()
    await other
  })

  test('which wants a longer session', async () => {
    const other = play('called-wants-longer')
    const session = await answered()
    await session.bye()
    await other
  })

  test('which gives early media we must acknowledge', async () => {
    const other = play('called-reliable')
    const early: (string | null)[] = []
    const outgoing = call()
    outgoing.onRinging(ringing => early.push(ringing.sdp))
    const result = await outgoing.answered
    if (!result.ok) throw new Error(result.reason)
    expect(early).toHaveLength(1)
    expect(result.session.remoteSdp).toBe(early[0])
    await result.session.bye()
    await other
  })

  test('which answers twice: we keep the first', async () => {
    const other = play('called-forked')
    const session = await answered()
    const end = await new Promise<SessionEnd>(resolve => session.onEnd(resolve))
    await other
    expect(end.by).toBe('remote')
  })

  test('which has moved', async () => {
    const other = play('called-moved')
    const session = await answered({ followRedirects: 1 })
    await session.bye()
    await other
  })

  test('which takes a transfer', async () => {
    const other = play('called-transferred')
    const session = await answered()
    const steps: number[] = []
    const refer = session.refer('sip:carol@127.0.0.1')
    refer.onProgress(progress => steps.push(progress.status))
    expect(await refer.accepted).toEqual({ ok: true })
    expect(await refer.outcome).toEqual({ status: 200, reason: 'OK' })
    expect(steps).toEqual([100, 180, 200])
    await session.bye()
    await other
  })
})
