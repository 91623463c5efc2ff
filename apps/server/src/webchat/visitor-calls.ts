import { randomUUID } from 'node:crypto'
import type { ServerToVisitor, VideoSignal, VisitorToServer } from '@centrala/api/webchat.ts'
import type { Tx } from '@centrala/store/database.ts'
import { openInteraction } from '@centrala/store/interaction-store.ts'
import { conversationForCall } from '../call/conversation-for-call.ts'
import { giveUp } from '../call/dial.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { iceServers } from '../voice/ice-servers.ts'
import { phoneCode } from '../voice/node-refusal.ts'
import { openingOf } from './opening.ts'
import { createRate } from './rate.ts'
import { languageOf } from './receive-from-visitor.ts'
import { enrolVisitor } from './visitor.ts'
import type { VisitorConnection } from './visitor-connection.ts'

/** Calls from a widget: the visitor's side. */
export interface VisitorCalls {
  start(connection: VisitorConnection, said: Extract<VisitorToServer, { type: 'call.start' }>): Promise<void>
  end(connection: VisitorConnection): Promise<void>
  /** To the screens of the agent who has the call. */
  signal(connection: VisitorConnection, signal: VideoSignal): void
  /** After a reload: the visitor is told of a call that goes on, to take it up again. */
  resume(connection: VisitorConnection): Promise<void>
  left(connection: VisitorConnection): void
  close(): void
}

interface OpenCall {
  callId: string
  nodeId: string
  interactionId: string
  tenantId: string
  agentId: string | null
  members: Set<VisitorConnection>
}

/** New calls of one address, of the visitors it may have: whole offices share one, but nobody may take all the lines. As many again come back within five minutes. */
const CALLERS = 1 / 20
const AGAIN_SECONDS = 300

type State = Extract<ServerToVisitor, { type: 'call.state' }>
const STATES: Record<string, State['state']> = {
  flow: 'waiting',
  queued: 'waiting',
  ringing: 'waiting',
  talking: 'talking',
  held: 'held',
  parked: 'held',
  ended: 'ended',
}

export function startVisitorCalls(services: Services): VisitorCalls {
  const { db, events, hub, voice, env, log } = services
  const calls = new Map<string, OpenCall>()
  const atOnce = Math.max(2, Math.round(env.WEBCHAT_PER_ADDRESS * CALLERS))
  const begun = createRate({ burst: atOnce, perSecond: atOnce / AGAIN_SECONDS })

  const unsubscribe = events.subscribe(batch => {
    for (const event of batch) {
      const call = event.type.startsWith('call.') ? calls.get(String(event.data.callId)) : undefined
      if (!call) continue
      show(call).catch(error => log.warn({ err: error }, 'a visitor could not be told of the call'))
      if (event.type === 'call.ended') calls.delete(call.callId)
    }
  })

  hub.onVideoSignal((tenantId, userId, callId, signal) => {
    const call = calls.get(callId)
    if (call?.tenantId !== tenantId || call.agentId !== userId) return
    for (const member of call.members) member.send({ type: 'video.signal', signal })
  })

  async function show(call: OpenCall): Promise<void> {
    const [now] = await db.tenant(call.tenantId, tx =>
      tx.query<{ state: string; agentId: string | null; agentName: string | null }>(
        `SELECT c.state, i.agent_id AS "agentId", u.name AS "agentName" FROM call c
           JOIN interaction i ON i.tenant_id = c.tenant_id AND i.id = c.interaction_id
           LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.agent_id AND i.state = 'active' WHERE c.id = $1`,
        [call.callId],
      ),
    )
    if (!now) return
    call.agentId = now.agentId
    const state = STATES[now.state] ?? 'waiting'
    const agent = now.agentName && state !== 'waiting' ? { name: now.agentName } : null
    for (const member of call.members) member.send({ type: 'call.state', callId: call.callId, state, agent })
  }

  /** The visitor's call that goes on, by the identities this connection has proven. */
  async function openCallOf(connection: VisitorConnection): Promise<OpenCall | null> {
    const { account, visitor } = connection
    if (!visitor || visitor.identityIds.length === 0) return null
    const { tenantId } = account
    const [row] = await db.tenant(tenantId, tx =>
      tx.query<Omit<OpenCall, 'tenantId' | 'members'>>(
        `SELECT c.id AS "callId", c.node_id AS "nodeId", c.interaction_id AS "interactionId", i.agent_id AS "agentId"
           FROM interaction i JOIN call c ON c.tenant_id = i.tenant_id AND c.interaction_id = i.id AND c.state <> 'ended' AND c.way = 'web'
          WHERE i.customer_id IN (SELECT customer_id FROM identity WHERE id = ANY($1::uuid[])) AND i.channel = 'voice'
            AND i.context->>'identityId' = ANY($2::text[]) ORDER BY c.started_at DESC LIMIT 1`,
        [visitor.identityIds, visitor.identityIds],
      ),
    )
    return row ? enter({ ...row, tenantId, members: new Set() }, connection) : null
  }

  function enter(fresh: OpenCall, connection: VisitorConnection): OpenCall {
    const call = calls.get(fresh.callId) ?? fresh
    calls.set(call.callId, call)
    call.members.add(connection)
    return call
  }

  async function begin(tx: Tx, connection: VisitorConnection, fields: Record<string, string>): Promise<{ id: string }> {
    const { account, page, locale, userAgent } = connection
    const visitor = connection.visitor!
    const language = languageOf(locale)
    const { name, email, phone, ...rest } = fields
    const customerId = await enrolVisitor(tx, visitor, { name, email, phone, language })
    return openInteraction(tx, {
      conversationId: await conversationForCall(tx, customerId, account.brandId),
      customerId,
      channel: 'voice',
      channelAccountId: account.id,
      direction: 'inbound',
      language,
      context: {
        identityId: visitor.identityIds[0],
        verified: visitor.externalId !== null,
        page: { url: page.url, title: page.title },
        referrer: page.referrer,
        ...(userAgent && { userAgent }),
        ...(Object.keys(rest).length > 0 && { fields: rest }),
        call: {
          from: null,
          to: account.title,
          private: false,
          numberName: account.title,
          divertedFrom: null,
          web: true,
        },
      },
    })
  }

  return {
    async start(connection, said) {
      const { account, locale } = connection
      const { tenantId } = account
      if (!account.config.calls)
        throw new Refusal(403, 'call.notTaken', 'Calls are not taken here. Write to us instead.')
      const before = await openCallOf(connection)
      const node = before ? voice.node(before.nodeId) : voice.freeNode()
      if (!node)
        throw new Refusal(503, 'phone.noNode', 'Calls are not possible at this moment. Write to us, or try again soon.')
      const retryAfterSeconds = before ? 0 : begun.take(connection.address)
      if (retryAfterSeconds > 0)
        throw new Refusal(429, 'call.tooMany', 'Too many calls were made from here. Write to us, or try again later.', {
          retryAfterSeconds,
        })
      const callId = before?.callId ?? randomUUID()
      const interactionId =
        before?.interactionId ??
        (await db.tenant(tenantId, async tx => {
          if (!(await openingOf(tx, account.queueId)).open)
            throw new Refusal(409, 'webchat.closed', 'Nobody is here now. Call again during our hours.')
          const interaction = await begin(tx, connection, said.fields)
          await tx.db
            .insertInto('call')
            .values({
              id: callId,
              interactionId: interaction.id,
              nodeId: node.id,
              direction: 'inbound',
              way: 'web',
              state: 'flow',
              toAddress: account.title,
              startedAt: new Date(),
            })
            .execute()
          return interaction.id
        }))
      const call =
        before ??
        enter({ callId, nodeId: node.id, interactionId, tenantId, agentId: null, members: new Set() }, connection)
      const reply = await voice.command(node.id, {
        type: 'webCall',
        callId,
        tenantId,
        interactionId,
        queueId: account.queueId,
        flowId: null,
        name: connection.visitor?.name ?? null,
        language: languageOf(locale),
        sdp: said.sdp,
      })
      if (!reply.ok) {
        calls.delete(callId)
        if (!before) await db.tenant(tenantId, tx => giveUp(tx, callId, reply.detail))
        throw new Refusal(503, phoneCode(reply.code), 'The call could not be connected. Try again in a moment.')
      }
      connection.send({ type: 'call.answer', callId, sdp: reply.sdp ?? '', iceServers: iceServers(env, 'visitor') })
      await show(call)
    },
    async end(connection) {
      const call = await openCallOf(connection)
      if (!call) return
      await voice.command(call.nodeId, { type: 'hangUp', callId: call.callId, by: 'customer', userId: null })
    },
    signal(connection, signal) {
      for (const { members, agentId, callId, tenantId } of calls.values()) {
        if (!members.has(connection) || !agentId) continue
        hub.toPerson(tenantId, agentId, { type: 'video.signal', callId, signal })
      }
    },
    async resume(connection) {
      const call = await openCallOf(connection)
      if (call) await show(call)
    },
    left(connection) {
      for (const call of calls.values()) call.members.delete(connection)
    },
    close: unsubscribe,
  }
}
