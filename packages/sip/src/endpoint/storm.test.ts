import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OutgoingInvite, SipSession } from './endpoint.ts'
import { seeded } from './testing/memory-network.ts'
import { nothing, World } from './testing/world.ts'

/** What either side may do, each after some pause. */
const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 4000 }),
  by: fc.constantFrom('caller', 'called'),
  what: fc.constantFrom('reinvite', 'update', 'info', 'refer', 'pause'),
})
const plan = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  weather: fc.record({
    loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
    doubling: fc.double({ min: 0, max: 0.4, noNaN: true }),
    delayMs: fc.integer({ min: 1, max: 900 }),
  }),
  ring: fc.constantFrom('none', 'plain', 'reliable'),
  called: fc.constantFrom('answer', 'answer', 'answer', 'refuse', 'nothing'),
  calledAfterMs: fc.integer({ min: 0, max: 3000 }),
  cancelAfterMs: fc.option(fc.integer({ min: 0, max: 4000 }), { freq: 3 }),
  lateOffer: fc.boolean(),
  steps: fc.array(step, { maxLength: 6 }),
  hangUp: fc.constantFrom('caller', 'called', 'both'),
})

test('whatever the network loses, doubles and reorders, both sides agree in the end and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async plan => {
      const world = new World(plan.seed)
      world.network.weather = plan.weather
      const caller = await world.endpoint({ sessionExpiresSeconds: 600 })
      const called = await world.endpoint({ sessionExpiresSeconds: 600 })
      const random = seeded(plan.seed + 1)
      let theirs: SipSession | null = null
      let invites = 0
      called.onInvite(invite => {
        invites++
        void (async () => {
          if (plan.ring === 'plain') await invite.ringing()
          if (plan.ring === 'reliable') await invite.ringing({ sdp: 'early' })
          await new Promise<void>(resolve => world.clock.after(plan.calledAfterMs, resolve))
          if (plan.called === 'refuse') invite.refuse({ status: 486 })
          if (plan.called !== 'answer') return
          const result = await invite.answer('answer')
          if (!result.ok) return
          theirs = result.session
          theirs.onReinvite(() => (random() < 0.2 ? { status: 488 } : `theirs ${random()}`))
          theirs.onRefer(refer => {
            refer.accept()
            void refer.notify(200)
          })
        })()
      })
      const call: OutgoingInvite = caller.invite({
        uri: `sip:bob@${called.address}`,
        from: `sip:alice@${caller.address}`,
        sdp: plan.lateOffer ? null : 'offer',
        onOffer: () => 'late answer',
        timeoutMs: 60_000,
      })
      if (plan.cancelAfterMs !== null) world.clock.after(plan.cancelAfterMs, () => call.cancel())
      const answered = await world.settled(call.answered)
      let ours: SipSession | null = null
      if (answered.ok) {
        ours = answered.session
        ours.onReinvite(() => `ours ${random()}`)
        for (const { afterMs, by, what } of plan.steps) {
          await world.pass(afterMs)
          const session: SipSession | null = by === 'caller' ? ours : theirs
          if (session === null) continue
          if (what === 'reinvite') void session.reinvite(`change ${random()}`)
          if (what === 'update') void session.update(`change ${random()}`)
          if (what === 'info') void session.info('application/dtmf-relay', 'Signal=1')
          if (what === 'refer') session.refer('sip:carol@10.0.0.9')
        }
        // Quiet weather ends every exchange; both sides then hold the same two descriptions.
        await world.pass(60_000)
        const there = theirs as SipSession | null
        if (ours.state === 'established' && there?.state === 'established') {
          expect([ours.localSdp, ours.remoteSdp]).toEqual([there.remoteSdp, there.localSdp])
        }
        if (plan.hangUp !== 'called') void ours.bye()
        if (plan.hangUp !== 'caller') void there?.bye()
      }
      await world.pass(1_300_000)
      expect(invites).toBeLessThanOrEqual(1)
      expect([ours?.state, (theirs as SipSession | null)?.state]).not.toContain('established')
      if (plan.called === 'nothing') await world.pass(200_000)
      expect(caller.counts()).toEqual(nothing)
      const left = called.counts()
      // A call nobody answers and whose CANCEL was lost for good is the program's to refuse: nothing else may remain.
      if (plan.called !== 'nothing') expect(left).toEqual(nothing)
      expect(world.faults.seen).toEqual([])
      await Promise.all([world.settled(caller.close()), world.settled(called.close())])
      expect(called.counts()).toEqual(nothing)
    }),
    { numRuns: 300 },
  )
}, 60_000)

test('packets mangled on the way upset nobody, and nothing is left of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0.05, max: 0.6, noNaN: true }),
      async (seed, mangling) => {
        const world = new World(seed)
        world.network.weather = { loss: 0.05, doubling: 0.1, delayMs: 50, mangling }
        const sides = [
          await world.endpoint({ sessionExpiresSeconds: 200 }),
          await world.endpoint({ sessionExpiresSeconds: 200 }),
        ]
        const [caller, called] = sides
        if (caller === undefined || called === undefined) throw new Error('No endpoints')
        called.onRegister(register => void register.accept([{ uri: 'sip:a@10.0.0.1', expiresSeconds: 60 }]))
        called.onInvite(async invite => {
          const patience = world.clock.after(60_000, () => void invite.refuse({ status: 480 }))
          await invite.ringing({ sdp: 'early' })
          const result = await invite.answer('answer')
          patience()
          if (!result.ok) return
          result.session.onReinvite(() => 'again')
          result.session.onRefer(refer => {
            refer.accept()
            void refer.notify(200)
          })
        })
        const registration = caller.register({ registrar: `sip:${called.address}`, aor: 'sip:a@x', expiresSeconds: 60 })
        const call = caller.invite({ uri: `sip:b@${called.address}`, from: 'sip:a@x', sdp: 'offer', timeoutMs: 50_000 })
        const answered = await world.settled(call.answered)
        if (answered.ok) {
          const { session } = answered
          session.onReinvite(() => 'and again')
          void session.reinvite('hold')
          void session.info('text/plain', 'x')
          session.refer('sip:c@10.0.0.9')
          await world.pass(5000)
          void session.bye()
        }
        void registration.stop()
        await world.pass(600_000)
        // Where mangling took the session timer away, only media would tell that the other side has gone: the program hangs up.
        for (const side of sides) for (const session of [...side.sessions]) void session.bye()
        await world.pass(100_000)
        expect(world.faults.seen).toEqual([])
        expect(caller.counts()).toEqual(nothing)
        expect(called.counts()).toEqual(nothing)
      },
    ),
    { numRuns: 200 },
  )
}, 60_000)
