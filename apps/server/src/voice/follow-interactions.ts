import type { CallCommand } from '@centrala/api/call-command.ts'
import type { StoredEvent } from '@centrala/store/event-log.ts'
import { dial } from '../call/dial.ts'
import { guestsOf } from '../call/guests.ts'
import { recordingPolicy } from '../call/own-call.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { endInteraction } from '../interaction/end-interaction.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { phoneCode } from './node-refusal.ts'
import { type OpenCall, openCallOf, openCallsOn } from './open-calls.ts'
import type { VoiceNode } from './voice-node.ts'

/**
 * Does on the phone what was decided about an interaction, whoever decided it: an offer rings, its end stops the ringing, accepting joins the
 * call, a transfer puts the customer back to the music, an agent's end hangs up. It follows the log, so there is one way for all of them; of several servers
 * the one that leads the call's voice node does it, and whoever takes its place puts right what was missed. The router tells of its offers itself, a moment sooner.
 */
export interface InteractionFollower {
  /**
   * An offer is being committed. A desk phone rings meanwhile: nobody picks up as quickly as it is stored, and what the phone then does is taken in only
   * after that. Told whether the offer was made; where it was not, the ringing stops.
   */
  offering(tenantId: string, interactionId: string, userId: string, expiresAt: number): (made: boolean) => void
  stop(): Promise<void>
}

type Place = Pick<OpenCall, 'id' | 'nodeId'>

export function followInteractions(services: Services): InteractionFollower {
  const { db, events, voice, hub, log, router } = services
  /** What is done about one interaction is done in order. */
  const orders = new Map<string, Promise<void>>()

  const unsubscribe = events.subscribe(batch => {
    if (voice.nodes().length === 0) return
    for (const event of batch)
      if (event.data.channel === 'voice' && event.interactionId) inOrder(event.interactionId, () => follow(event))
  })
  voice.onLead(node => {
    reconcile(node).catch(error => log.warn({ err: error, nodeId: node.id }, 'calls of a node could not be put right'))
  })

  function inOrder(id: string, work: () => Promise<void>): void {
    const next = (orders.get(id) ?? Promise.resolve())
      .then(work)
      .catch(error => log.error({ err: error, interactionId: id }, 'the phone could not follow an interaction'))
      .finally(() => {
        if (orders.get(id) === next) orders.delete(id)
      })
    orders.set(id, next)
  }

  async function follow(event: StoredEvent): Promise<void> {
    const { tenantId, userId, actorId, type, data } = event
    const interactionId = event.interactionId ?? ''
    switch (type) {
      case 'interaction.offered':
        // Our own router's offers ring at once; those of another server's are heard of here.
        if (userId && !router.owns(tenantId)) ring(tenantId, interactionId, userId, Number(data.expiresAt))
        return
      case 'interaction.offerRejected':
      case 'interaction.offerExpired':
      case 'interaction.offerWithdrawn':
      case 'interaction.leftQueue':
      case 'interaction.abandoned': {
        const call = userId && (await find(tenantId, interactionId))
        if (call) tell(call, { type: 'stopRinging', callId: call.id, userId })
        return
      }
      case 'interaction.accepted':
      case 'interaction.assigned':
        if (!userId || data.joined === true) return // who was consulted is in the call already
        return join(tenantId, interactionId, userId, data.was === 'active' ? (data.from as string | null) : null)
      case 'interaction.transferred': {
        const call = await find(tenantId, interactionId)
        if (call && event.queueId) tell(call, { type: 'queue', callId: call.id, queueId: event.queueId })
        return
      }
      case 'interaction.ended': {
        const call = actorId && (await find(tenantId, interactionId))
        if (call)
          tell(call, {
            type: 'hangUp',
            callId: call.id,
            by: actorId === userId ? 'agent' : 'supervisor',
            userId: actorId,
          })
        return
      }
    }
  }

  /** The call of an interaction, where its commands are this server's to give. */
  async function find(tenantId: string, interactionId: string): Promise<OpenCall | null> {
    const call = await db.tenant(tenantId, tx => openCallOf(tx, interactionId))
    return call && voice.leads(call.nodeId) ? call : null
  }

  /** A command whose failure changes nothing: what it asks for is already so, or the call is over. */
  function tell(call: Place, command: CallCommand): void {
    voice.command(call.nodeId, command).then(reply => {
      if (!reply.ok)
        log.info({ callId: call.id, command: command.type, code: reply.code }, 'a voice node did not follow')
    })
  }

  /** The agent joins the call; where there is none any more because the customer asked to be called back, the customer is called. */
  async function join(tenantId: string, interactionId: string, userId: string, from: string | null): Promise<void> {
    const found = await db.tenant(tenantId, async tx => {
      const call = await openCallOf(tx, interactionId)
      const interaction = await tx.db
        .selectFrom('interaction')
        .select(['queueId', 'context', 'agentId', 'state'])
        .where('id', '=', interactionId)
        .executeTakeFirst()
      return { call, interaction, record: await recordingPolicy(tx, interaction?.queueId ?? null) }
    })
    const { call, interaction, record } = found
    if (interaction?.state !== 'active' || interaction.agentId !== userId) return // it went on meanwhile
    if (!call) {
      return callsBack(tenantId, userId) ? callBack(tenantId, interactionId, userId, interaction.context) : undefined
    }
    // Another server leads its node, and does it; or it is away: it is done when it is back, and lost calls are ended.
    if (!voice.leads(call.nodeId)) return
    if (call.direction === 'outbound' && !call.connectedAt) return // the agent's own call, being made
    if (from)
      for (const leg of call.legs)
        if (leg.kind === 'supervisor' && leg.userId === userId)
          await voice.command(call.nodeId, { type: 'monitor', callId: call.id, userId, lineId: null, mode: 'off' })
    // Who picked the desk phone up talks there; otherwise the browser where it is connected.
    const atDesk = call.legs.some(
      leg => leg.userId === userId && leg.kind === 'agent' && leg.way === 'desk' && leg.answered,
    )
    const line = atDesk ? null : voice.phones.lineOf(tenantId, userId, { nodeId: call.nodeId })
    const reply = await voice.command(call.nodeId, {
      type: 'connect',
      callId: call.id,
      userId,
      lineId: line?.lineId ?? null,
      record,
    })
    if (!reply.ok && reply.code === 'node.gone') return // it is done when it is back, by whoever leads it then
    if (!reply.ok) return notJoined(tenantId, interactionId, userId, call.id, reply)
    for (const leg of call.legs)
      if (from && leg.kind === 'agent' && leg.userId === from)
        tell(call, { type: 'removeLeg', callId: call.id, legId: leg.id })
  }

  /** One of the servers calls: all know the agent's phones, and one leads the node of the first. */
  function callsBack(tenantId: string, userId: string): boolean {
    const [first] = voice.phones.nodesOf(tenantId, userId)
    if (first) return voice.leads(first)
    return router.owns(tenantId) && !services.nodes.hasPhone(tenantId, userId)
  }

  async function callBack(tenantId: string, interactionId: string, userId: string, context: unknown): Promise<void> {
    const { callback } = context as { callback?: { to?: unknown } }
    if (typeof callback?.to !== 'string') return
    const agent = {
      tenantId,
      userId,
      apiKeyId: null,
      session: null,
      roles: [],
      permissions: new Set<never>(),
      twoFactorOwed: false,
      address: '',
    }
    try {
      await dial(services, agent, userId, {
        to: callback.to,
        numberId: null,
        customerId: null,
        interactionId,
        lineId: null,
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      warn(tenantId, userId, null, error.code, error.message)
    }
  }

  /** The agent cannot be joined: the customer is not kept waiting for them. */
  async function notJoined(
    tenantId: string,
    interactionId: string,
    userId: string,
    callId: string,
    reply: { code: string; detail: string },
  ): Promise<void> {
    warn(tenantId, userId, callId, phoneCode(reply.code), reply.detail)
    await db.tenant(tenantId, async tx => {
      const row = await tx.db
        .selectFrom('interaction')
        .select(['state', 'agentId', 'queueId'])
        .where('id', '=', interactionId)
        .executeTakeFirst()
      const call = await openCallOf(tx, interactionId)
      if (!call || row?.state !== 'active' || row.agentId !== userId) return
      if (row.queueId) await commandInteraction(tx, interactionId, { type: 'return', preferredAgentId: null })
      else await endInteraction(tx, interactionId, { outcome: 'closed', actorId: null })
    })
  }

  function warn(tenantId: string, userId: string, callId: string | null, code: string, detail: string): void {
    hub.toPerson(tenantId, userId, { type: 'phone', callId, code, detail })
  }

  /** What was decided while the node was away, or lost with the server, is done now. */
  async function reconcile(node: VoiceNode): Promise<void> {
    for (const { tenantId, id } of await openCallsOn(db, node.id)) {
      if (!node.hello.calls.includes(id)) continue
      voice.phones.setGuests(tenantId, id, await db.tenant(tenantId, tx => guestsOf(tx, id)))
      const state = await db.tenant(tenantId, tx =>
        tx.db
          .selectFrom('call')
          .innerJoin('interaction', 'interaction.id', 'call.interactionId')
          .select(['interaction.id', 'interaction.state', 'interaction.agentId', 'interaction.queueId'])
          .select(['interaction.offerExpiresAt', 'call.state as callState'])
          .where('call.id', '=', id)
          .executeTakeFirst(),
      )
      if (!state) continue
      const { id: interactionId, agentId, queueId, callState } = state
      const waits = callState === 'flow' || callState === 'queued'
      if (state.state === 'active' && waits && agentId)
        inOrder(interactionId, () => join(tenantId, interactionId, agentId, null))
      if (state.state === 'queued' && !waits && queueId)
        await voice.command(node.id, { type: 'queue', callId: id, queueId })
      // Ended by its agent while nobody could hang up; one that was handed to somebody outside goes on.
      if (state.state === 'wrapUp' || state.state === 'ended') {
        const call = await find(tenantId, interactionId)
        if (call && !call.legs.some(leg => leg.kind === 'outside'))
          tell(call, { type: 'hangUp', callId: id, by: 'agent', userId: agentId })
      }
      if (state.state === 'offered' && agentId && state.offerExpiresAt)
        ring(tenantId, interactionId, agentId, state.offerExpiresAt.getTime())
    }
  }

  function ring(tenantId: string, interactionId: string, userId: string, expiresAt: number): void {
    const nodes = voice.phones.deskNodes(tenantId, userId).filter(voice.leads)
    if (nodes.length === 0) return // the screen rings by itself
    const known = voice.callOf(interactionId)
    const ringAt = (call: Place | null) => {
      if (call && nodes.includes(call.nodeId)) tell(call, ringing(call, userId, expiresAt))
    }
    if (known) ringAt(known)
    else inOrder(interactionId, async () => ringAt(await find(tenantId, interactionId)))
  }

  function offering(tenantId: string, interactionId: string, userId: string, expiresAt: number) {
    const call = voice.callOf(interactionId)
    if (!call || !voice.leads(call.nodeId) || !voice.phones.deskNodes(tenantId, userId).includes(call.nodeId))
      return (made: boolean) => {
        if (made) ring(tenantId, interactionId, userId, expiresAt)
      }
    const release = voice.hold(call.id)
    tell(call, ringing(call, userId, expiresAt))
    return (made: boolean) => {
      if (!made) tell(call, { type: 'stopRinging', callId: call.id, userId })
      release()
    }
  }

  return {
    offering,
    async stop() {
      unsubscribe()
      await Promise.all(orders.values())
    },
  }
}

function ringing(call: Place, userId: string, expiresAt: number): CallCommand {
  return { type: 'ring', callId: call.id, userId, seconds: Math.max(1, Math.ceil((expiresAt - Date.now()) / 1000)) }
}
