import { beforeEach, describe, expect, test } from 'vitest'
import { createResolver } from '../resolve/resolve.ts'
import type { IncomingInvite, SessionEnd, SipEndpoint, SipSession } from './endpoint.ts'
import { nothing, World } from './testing/world.ts'

let world: World
let alice: SipEndpoint & { address: string }
let bob: SipEndpoint & { address: string }

beforeEach(async () => {
  world = new World()
  alice = await world.endpoint()
  bob = await world.endpoint()
})

function call(options: Partial<Parameters<SipEndpoint['invite']>[0]> = {}) {
  return alice.invite({
    uri: `sip:bob@${bob.address}`,
    from: '"Alice" <sip:alice@example.com>',
    sdp: 'offer',
    ...options,
  })
}

/** A call between the two, as both see it. */
async function talking(options: Partial<Parameters<SipEndpoint['invite']>[0]> = {}): Promise<[SipSession, SipSession]> {
  let theirs: SipSession | null = null
  bob.onInvite(async invite => {
    const result = await invite.answer('answer')
    if (result.ok) theirs = result.session
  })
  const answered = await world.settled(call(options).answered)
  await world.pass(1000)
  if (!answered.ok || theirs === null) throw new Error('No call')
  return [answered.session, theirs]
}

function endOf(session: SipSession): Promise<SessionEnd> {
  return new Promise(resolve => session.onEnd(resolve))
}

async function expectNothingLeft(): Promise<void> {
  await world.pass(40_000)
  expect(alice.counts()).toEqual(nothing)
  expect(bob.counts()).toEqual(nothing)
  expect(world.faults.seen).toEqual([])
}

describe('a call', () => {
  test('rings, is answered and hung up with its cause', async () => {
    const seen: (string | number | null)[] = []
    bob.onInvite(async invite => {
      seen.push(invite.uri.user, invite.from.displayName, invite.offer)
      await invite.ringing()
      const result = await invite.answer('answer')
      if (result.ok) result.session.onEnd(end => seen.push(end.by, end.q850, end.reason))
    })
    const outgoing = call()
    outgoing.onRinging(ringing => seen.push(ringing.status))
    const answered = await world.settled(outgoing.answered)
    if (!answered.ok) throw new Error(answered.reason)
    expect(answered.session.remoteSdp).toBe('answer')
    await world.settled(answered.session.bye({ q850: 16, text: 'Normal call clearing' }))
    expect(seen).toEqual(['bob', 'Alice', 'offer', 180, 'remote', 16, 'Normal call clearing'])
    await expectNothingLeft()
  })

  test('is refused with status, cause and time to wait', async () => {
    bob.onInvite(invite => invite.refuse({ status: 486, q850: 17, retryAfterSeconds: 60 }))
    const answered = await world.settled(call().answered)
    expect(answered).toMatchObject({ ok: false, cause: 'refused', status: 486, q850: 17, retryAfterSeconds: 60 })
    await expectNothingLeft()
  })

  test('is taken back while it rings, and the called side learns why', async () => {
    let why: unknown = null
    bob.onInvite(invite => {
      void invite.ringing()
      invite.onCancel(end => {
        why = end
      })
    })
    const outgoing = call()
    await world.pass(1000)
    outgoing.cancel({ status: 200, text: 'Call completed elsewhere' })
    expect(await outgoing.answered).toMatchObject({ ok: false, cause: 'cancelled' })
    await world.pass(100)
    expect(why).toEqual({ reason: 'Call completed elsewhere', q850: null })
    await expectNothingLeft()
  })

  test('whose answer crosses the cancellation is acknowledged and hung up', async () => {
    let invite: IncomingInvite | null = null
    bob.onInvite(incoming => {
      invite = incoming
      void incoming.ringing()
    })
    const outgoing = call()
    await world.pass(1000)
    const answered = (invite as IncomingInvite | null)?.answer('answer')
    outgoing.cancel()
    expect(await outgoing.answered).toMatchObject({ ok: false, cause: 'cancelled' })
    const result = await world.settled(answered ?? Promise.reject(new Error('No call came')))
    if (result.ok) expect(await endOf(result.session)).toMatchObject({ by: 'remote' })
    await expectNothingLeft()
  })

  test('to a silent side ends after 32 s, and after the given time when it only rings', async () => {
    world.network.drop = (_, from) => from === bob.address
    expect(await world.settled(call().answered)).toMatchObject({ ok: false, cause: 'timeout', status: 408 })
    world.network.drop = null
    bob.onInvite(invite => void invite.ringing())
    expect(await world.settled(call({ timeoutMs: 5000 }).answered)).toMatchObject({ ok: false, cause: 'timeout' })
    await expectNothingLeft()
  })

  test('with an offer only in the answer gets ours in the ACK', async () => {
    const [ours, theirs] = await talking({ sdp: null, onOffer: offer => `reply to ${offer}` })
    expect([ours.localSdp, ours.remoteSdp]).toEqual(['reply to answer', 'answer'])
    expect([theirs.localSdp, theirs.remoteSdp]).toEqual(['answer', 'reply to answer'])
    await world.settled(theirs.bye())
    await expectNothingLeft()
  })

  test('whose answer is never acknowledged is hung up after 32 s', async () => {
    world.network.drop = text => text.startsWith('ACK')
    let result: unknown = null
    bob.onInvite(async invite => {
      result = await invite.answer('answer')
    })
    const answered = await world.settled(call().answered)
    if (!answered.ok) throw new Error(answered.reason)
    await world.pass(33_000)
    expect(result).toMatchObject({ ok: false, cause: 'timeout' })
    expect(await endOf(answered.session)).toMatchObject({ by: 'remote' })
    await expectNothingLeft()
  })

  test('survives the loss of its first ACK', async () => {
    let lost = 0
    world.network.drop = text => text.startsWith('ACK') && lost++ === 0
    const [ours, theirs] = await talking()
    await world.pass(40_000)
    expect([ours.state, theirs.state]).toEqual(['established', 'established'])
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('gives early media that arrives for certain', async () => {
    let lost = 0
    world.network.drop = text => text.includes(' 183 ') && lost++ === 0
    let acknowledged: boolean | null = null
    bob.onInvite(async invite => {
      acknowledged = await invite.ringing({ sdp: 'early' })
      await invite.answer('early')
    })
    const outgoing = call()
    const early: unknown[] = []
    outgoing.onRinging(ringing => early.push(ringing.sdp))
    const answered = await world.settled(outgoing.answered)
    expect(acknowledged).toBe(true)
    expect(early).toEqual(['early'])
    if (answered.ok) await world.settled(answered.session.bye())
    await expectNothingLeft()
  })

  test('answered by two forks keeps the first and hangs up the second', async () => {
    const carol = await world.endpoint()
    const sessions: SipSession[] = []
    for (const side of [bob, carol]) {
      side.onInvite(async invite => {
        const result = await invite.answer(side.address)
        if (result.ok) sessions.push(result.session)
      })
    }
    // A forking proxy in one line: what goes to Bob goes to Carol too, whose answers look as if they came from the proxy.
    const outgoing = call()
    world.network.fork(bob.address, carol.address)
    const answered = await world.settled(outgoing.answered)
    if (!answered.ok) throw new Error(answered.reason)
    await world.pass(2000)
    expect(sessions.map(session => session.state).sort()).toEqual(['ended', 'established'])
    await world.settled(answered.session.bye())
    await expectNothingLeft()
    expect(carol.counts()).toEqual(nothing)
  })
})

describe('an established call', () => {
  test('changes by re-INVITE and UPDATE from either side', async () => {
    const [ours, theirs] = await talking()
    theirs.onReinvite(change => `reply to ${change.offer}`)
    ours.onReinvite(change => `reply to ${change.offer}`)
    expect(await world.settled(ours.reinvite('hold'))).toMatchObject({ ok: true, sdp: 'reply to hold' })
    expect(await world.settled(theirs.update('resume'))).toMatchObject({ ok: true, sdp: 'reply to resume' })
    expect([ours.localSdp, ours.remoteSdp]).toEqual(['reply to resume', 'resume'])
    expect([theirs.localSdp, theirs.remoteSdp]).toEqual(['resume', 'reply to resume'])
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('stays as it was when a change is refused', async () => {
    const [ours, theirs] = await talking()
    theirs.onReinvite(() => ({ status: 488 }))
    expect(await world.settled(ours.reinvite('video'))).toMatchObject({ ok: false, status: 488 })
    expect([ours.localSdp, ours.remoteSdp, ours.state]).toEqual(['offer', 'answer', 'established'])
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('lets both sides change it at once: both changes happen, one after the other', async () => {
    const [ours, theirs] = await talking()
    ours.onReinvite(change => `reply to ${change.offer}`)
    theirs.onReinvite(change => `reply to ${change.offer}`)
    const results = await world.settled(Promise.all([ours.reinvite('mine'), theirs.reinvite('yours')]))
    expect(results.map(result => result.ok)).toEqual([true, true])
    expect(world.network.log.filter(line => line.includes(' 491 '))).not.toEqual([])
    expect([ours.localSdp, ours.remoteSdp]).toEqual([theirs.remoteSdp, theirs.localSdp])
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('asks the other side for an offer', async () => {
    const [ours, theirs] = await talking()
    let answer: string | null = null
    theirs.onReinvite(change => {
      void change.answered.then(sdp => {
        answer = sdp
      })
      return 'their offer'
    })
    const result = await world.settled(ours.reinvite(null, { onOffer: offer => `reply to ${offer}` }))
    await world.pass(50)
    expect(result).toMatchObject({ ok: true, sdp: 'their offer' })
    expect([answer, theirs.remoteSdp, ours.localSdp]).toEqual(Array(3).fill('reply to their offer'))
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('carries INFO', async () => {
    const [ours, theirs] = await talking()
    const heard: string[] = []
    theirs.onInfo(info => heard.push(`${info.contentType} ${info.body}`))
    expect(await world.settled(ours.info('application/dtmf-relay', 'Signal=5'))).toMatchObject({ ok: true })
    expect(heard).toEqual(['application/dtmf-relay Signal=5'])
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('is refreshed as long as both live, and ends when one is gone', async () => {
    alice = await world.endpoint({ sessionExpiresSeconds: 120 })
    const [ours, theirs] = await talking()
    await world.pass(3_600_000)
    expect([ours.state, theirs.state]).toEqual(['established', 'established'])
    world.network.drop = (_, from) => from === alice.address
    const end = endOf(theirs)
    await world.pass(300_000)
    expect(await end).toMatchObject({ by: 'timeout' })
    expect(ours.state).toBe('ended')
    await expectNothingLeft()
  })

  test('begins with the longer interval the other side asks for', async () => {
    bob = await world.endpoint({ minSessionExpiresSeconds: 600 })
    alice = await world.endpoint({ sessionExpiresSeconds: 200 })
    const [ours] = await talking()
    expect(world.network.log.filter(line => line.includes(' 422 '))).toHaveLength(1)
    await world.settled(ours.bye())
    await expectNothingLeft()
  })
})

describe('a transfer', () => {
  test('tells how it goes until the target has answered', async () => {
    const [ours, theirs] = await talking()
    const steps: number[] = []
    theirs.onRefer(refer => {
      expect(refer.to.user).toBe('carol')
      refer.accept()
      void refer.notify(180).then(() => refer.notify(200))
    })
    const refer = ours.refer('sip:carol@example.com')
    refer.onProgress(progress => steps.push(progress.status))
    expect(await world.settled(refer.accepted)).toEqual({ ok: true })
    expect(await world.settled(refer.outcome)).toEqual({ status: 200, reason: 'OK' })
    expect(steps).toEqual([100, 180, 200])
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('may be refused', async () => {
    const [ours, theirs] = await talking()
    theirs.onRefer(refer => refer.refuse({ status: 603 }))
    const refer = ours.refer('sip:carol@example.com')
    expect(await world.settled(refer.accepted)).toMatchObject({ ok: false, status: 603 })
    expect(await world.settled(refer.outcome)).toBeNull()
    await world.settled(ours.bye())
    await expectNothingLeft()
  })

  test('with Replaces puts the new call in the place of the old one', async () => {
    const [ours, theirs] = await talking()
    const carol = await world.endpoint()
    let replaced: SipSession | null = null
    bob.onInvite(invite => {
      replaced = invite.replaces
      void invite.answer('answer to carol')
    })
    const end = endOf(theirs)
    const taking = carol.invite({
      uri: `sip:bob@${bob.address}`,
      from: 'sip:carol@example.com',
      sdp: 'offer',
      headers: { Replaces: `${theirs.callId};to-tag=${theirs.localTag};from-tag=${theirs.remoteTag}` },
    })
    const answered = await world.settled(taking.answered)
    expect(answered.ok).toBe(true)
    expect(replaced).toBe(theirs)
    expect(await world.settled(end)).toMatchObject({ by: 'replaced' })
    await world.pass(100)
    expect(ours.state).toBe('ended')
    if (answered.ok) await world.settled(answered.session.bye())
    await expectNothingLeft()
    expect(carol.counts()).toEqual(nothing)
  })

  test('that names an unknown call is refused with 481', async () => {
    bob.onInvite(invite => void invite.answer('answer'))
    const answered = await world.settled(call({ headers: { Replaces: 'x;to-tag=1;from-tag=2' } }).answered)
    expect(answered).toMatchObject({ ok: false, status: 481 })
    await expectNothingLeft()
  })
})

describe('an endpoint', () => {
  test('that drains refuses new calls, keeps the old and says when it is empty', async () => {
    const [ours] = await talking()
    let drained: boolean | null = null
    void bob.drain({ retryAfterSeconds: 7 }).then(all => {
      drained = all
    })
    const refused = await world.settled(call().answered)
    expect(refused).toMatchObject({ ok: false, status: 503, retryAfterSeconds: 7 })
    expect(drained).toBeNull()
    await world.settled(ours.bye())
    await world.pass(1000)
    expect(drained).toBe(true)
    await expectNothingLeft()
  })

  test('that closes hangs up', async () => {
    const [ours, theirs] = await talking()
    await world.settled(bob.close())
    expect(await endOf(theirs)).toMatchObject({ by: 'closed' })
    expect(await endOf(ours)).toMatchObject({ by: 'remote' })
  })

  test('tries the next address when one is silent, and that one last the next time', async () => {
    const dead = { protocol: 'udp', address: '10.9.9.9', port: 5060 } as const
    const live = { protocol: 'udp', address: bob.address, port: 5060 } as const
    const failed: string[] = []
    alice = await world.endpoint({
      resolver: {
        resolve: async () => [dead, live],
        markFailed: peer => failed.push(peer.address),
        markAlive: () => {},
      },
    })
    bob.onInvite(invite => void invite.answer('answer'))
    const answered = await world.settled(call({ uri: 'sip:bob@example.com' }).answered, 6000)
    expect(answered.ok).toBe(true)
    expect(failed).toEqual(['10.9.9.9'])
    if (answered.ok) await world.settled(answered.session.bye())
    await expectNothingLeft()
  })

  test('says that a name has no address, apart from one whose server is silent', async () => {
    const unknown = async (): Promise<never> => {
      throw Object.assign(new Error('nothing'), { code: 'ENOTFOUND' })
    }
    const dns = { resolveNaptr: unknown, resolveSrv: unknown, resolve4: unknown, resolve6: unknown, lookup: unknown }
    alice = await world.endpoint({ resolver: createResolver({ dns }) })
    expect(await call({ uri: 'sip:bob@sip.exmaple.com' }).answered).toMatchObject({ ok: false, cause: 'unknownHost' })
    await expectNothingLeft()
  })

  test('says no to an address that is none', async () => {
    expect(await call({ uri: 'not an address' }).answered).toMatchObject({ ok: false, status: 484 })
    await expectNothingLeft()
  })
})
