import type { Call } from '@centrala/api/call.ts'
import * as api from '@centrala/api/call.ts'
import type { CallCommand } from '@centrala/api/call-command.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { InteractionRow } from '@centrala/store/interaction-store.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import { audit } from '../audit/audit.ts'
import { callable, dial, phoneOf, requireAllowed } from '../call/dial.ts'
import { openCall, ownCall, recordingPolicy } from '../call/own-call.ts'
import { presentCall, presentCalls } from '../call/present-call.ts'
import type { CallRow } from '../call/taking.ts'
import type { Context } from '../http/context.ts'
import type { Call as RouteCall } from '../http/handle.ts'
import { handle } from '../http/handle.ts'
import { commandInteraction } from '../interaction/command-interaction.ts'
import { presentInteraction } from '../interaction/present-interaction.ts'
import { badField, conflict, found } from '../refusal.ts'
import type { Services } from '../services.ts'
import { phone } from '../voice/phone.ts'
import type { Line } from '../voice/phones.ts'
import { person } from './session.ts'

/** Calls shown in one answer about parked ones: far more than anybody parks. */
const MOST_PARKED = 50

type On = Pick<RouteCall<(typeof api)['holdCall']>, 'services' | 'context' | 'params' | 'work'>
type Command = CallCommand extends infer One ? (One extends { callId: string } ? Omit<One, 'callId'> : never) : never

const who = (context: Context) => ({ userId: person(context), supervises: context.permissions.has('supervise.act') })

/** Looks whether this person may act in the call and in its state, tells the node, and answers with the call as it then is. */
async function act(
  { services, context, params, work }: On,
  command: (call: CallRow, interaction: InteractionRow, tx: Tx) => Command | Promise<Command>,
): Promise<Call> {
  const { call, said } = await work(async tx => {
    const own = await ownCall(tx, params.id, who(context))
    return { call: own.call, said: await command(own.call, own.interaction, tx) }
  })
  await services.voice.demand(call.nodeId, { ...said, callId: call.id } as CallCommand)
  return work(tx => presentCall(tx, params.id))
}

/** Refuses what makes no sense in the state the call is in. */
function requireState(call: CallRow, states: readonly string[], sentence: string): void {
  if (!states.includes(call.state)) throw conflict('call.state', sentence)
}

const WITH_CUSTOMER = ['talking', 'held', 'parked']

export const callRoutes = [
  handle(api.getPhone, ({ services, context, work }) => phone(services, context, work)),
  handle(api.openLine, async ({ services, context, body }) => {
    const userId = person(context)
    const { voice } = services
    if (voice.phones.isAnothers(body.lineId, context.tenantId, userId))
      throw conflict('line.taken', 'This line is somebody else’s. Load the page again to get one of your own.')
    const before = voice.phones.lineOf(context.tenantId, userId, { lineId: body.lineId })
    const node = body.nodeId ? voice.node(body.nodeId) : ((before && voice.node(before.nodeId)) ?? voice.freeNode())
    if (!node)
      throw conflict('phone.noNode', 'No phone is connected: no voice node runs. Ask an administrator to start one.')
    const { tenantId } = context
    const { lineId, sdp } = body
    const reply = await voice.demand(node.id, { type: 'openLine', tenantId, userId, lineId, sdp })
    voice.phones.opened({ lineId, tenantId, userId, nodeId: node.id })
    return { lineId, nodeId: node.id, sdp: reply.sdp ?? '' }
  }),
  handle(api.tryLine, async ({ services, context, body }) => {
    person(context)
    const node = services.voice.freeNode()
    if (!node)
      throw conflict('phone.noNode', 'No phone is connected: no voice node runs. Ask an administrator to start one.')
    const reply = await services.voice.demand(node.id, { type: 'tryLine', sdp: body.sdp })
    return { nodeId: node.id, sdp: reply.sdp ?? '' }
  }),
  handle(api.closeLine, async ({ services, context, params }) => {
    const line = lineOf(services, context, params.id)
    services.voice.phones.closed(line.lineId)
    await services.voice.command(line.nodeId, { type: 'closeLine', lineId: line.lineId })
    return {}
  }),
  handle(api.echoLine, async ({ services, context, params, body }) => {
    const line = lineOf(services, context, params.id)
    await services.voice.demand(line.nodeId, { type: 'echo', lineId: line.lineId, on: body.on })
    return {}
  }),

  handle(api.dial, async ({ services, context, body, work }) => {
    const { interactionId, callId } = await dial(services, context, person(context), body)
    return work(async tx => ({
      interaction: await presentInteraction(tx, interactionId),
      call: await presentCall(tx, callId),
    }))
  }),
  handle(api.listCalls, ({ params, work }) =>
    work(async tx => {
      await presentInteraction(tx, params.id)
      return { items: await presentCalls(tx, 'c.interaction_id = $1 ORDER BY c.started_at, c.id', [params.id]) }
    }),
  ),
  handle(api.listMyCalls, ({ context, work }) =>
    work(async tx => ({
      items: await presentCalls(
        tx,
        `c.state NOT IN ('ended', 'parked') AND (c.monitors ? $1::text OR EXISTS (
           SELECT 1 FROM leg mine WHERE mine.call_id = c.id AND mine.user_id = $1::text::uuid AND mine.ended_at IS NULL))
         ORDER BY c.started_at, c.id`,
        [person(context)],
      ),
    })),
  ),
  handle(api.answerConsult, async ({ services, context, params, body, work }) => {
    const userId = person(context)
    const { accept, lineId } = body
    const { call } = await work(async tx => {
      const call = await openCall(tx, params.id)
      const asked = await tx.db
        .selectFrom('leg')
        .select('userId')
        .where('id', '=', call.consulting)
        .where('callId', '=', call.id)
        .where('endedAt', 'is', null)
        .executeTakeFirst()
      if (asked?.userId !== userId)
        throw conflict('call.notConsulting', 'You are not being asked any more: your colleague has hung up.')
      return { call }
    })
    if (accept && lineId) services.voice.phones.use(lineId)
    const to = { callId: call.id, userId }
    await services.voice.demand(
      call.nodeId,
      accept ? { type: 'connect', ...to, lineId, record: 'never' } : { type: 'stopRinging', ...to },
    )
    return work(tx => presentCall(tx, params.id))
  }),
  handle(api.listParkedCalls, ({ work }) =>
    work(async tx => ({
      items: await presentCalls(tx, "c.state = 'parked' ORDER BY c.started_at LIMIT $1", [MOST_PARKED]),
    })),
  ),
  handle(api.getCall, ({ params, work }) => work(tx => presentCall(tx, params.id))),
  handle(api.listOpenCalls, ({ query, work }) =>
    work(async tx => ({
      items: await presentCalls(tx, "c.state <> 'ended' ORDER BY c.started_at, c.id LIMIT $1", [query.limit]),
    })),
  ),

  handle(api.holdCall, on =>
    act(on, call => {
      requireState(call, ['talking'], 'Nobody is talking to the customer now, so there is nobody to put on hold.')
      return { type: 'hold' }
    }),
  ),
  handle(api.resumeCall, async on => {
    const { services, context, params, body, work } = on
    const userId = person(context)
    if (body.lineId) services.voice.phones.use(body.lineId)
    const { call, said } = await work(async tx => {
      const call = await openCall(tx, params.id)
      if (call.state !== 'parked') {
        const own = await ownCall(tx, params.id, who(context))
        requireState(own.call, ['held'], 'The customer is not on hold.')
        return { call, said: { type: 'resume' } as const }
      }
      const { nodeId, lineId } = phoneOf(services, context.tenantId, userId, body.lineId)
      if (nodeId !== call.nodeId)
        throw conflict(
          'phone.otherNode',
          'Your phone is connected to another voice node than this call. Connect it anew.',
        )
      const interaction = found(
        await tx.db
          .selectFrom('interaction')
          .select(['agentId', 'queueId'])
          .where('id', '=', call.interactionId)
          .executeTakeFirst(),
        'interaction',
      )
      // Whoever picks it up has it from now on; the phone follows the log.
      if (interaction.agentId !== userId) {
        await commandInteraction(tx, call.interactionId, { type: 'assign', agentId: userId }, { actorId: userId })
        return { call, said: null }
      }
      return {
        call,
        said: { type: 'connect', userId, lineId, record: await recordingPolicy(tx, interaction.queueId) } as const,
      }
    })
    if (said) await services.voice.demand(call.nodeId, { ...said, callId: call.id })
    return work(tx => presentCall(tx, params.id))
  }),
  handle(api.parkCall, on =>
    act(on, call => {
      requireState(call, ['talking', 'held'], 'There is no customer to park: nobody is talking to one now.')
      return { type: 'park' }
    }),
  ),
  handle(api.muteCall, on => act(on, () => ({ type: 'mute', userId: person(on.context), on: on.body.on }))),
  handle(api.sendDigits, on =>
    act(on, call => {
      requireState(call, ['talking'], 'Nobody would hear the keys now: the call is not connected or on hold.')
      return { type: 'digits', digits: on.body.digits }
    }),
  ),
  handle(api.consult, on =>
    act(on, async (call, _, tx) => {
      const { userId, number } = on.body
      if ((userId === null) === (number === null))
        throw badField('userId', 'Name a colleague or a number, one of them.')
      requireState(call, ['talking', 'held'], 'There is no customer to come back to: nobody is talking to one now.')
      if (call.consulting) throw conflict('call.consulting', 'Somebody is being asked already. Hang up on them first.')
      if (number !== null) {
        const to = await callable(tx, number, 'number')
        await requireAllowed(tx, to)
        await audit(tx, on.context, 'call.consulted', { type: 'call', id: call.id }, null, { to })
        return {
          type: 'consult',
          userId: person(on.context),
          target: { type: 'number', number: to, numberId: call.numberId },
        }
      }
      if (userId === person(on.context)) throw badField('userId', 'You cannot ask yourself. Choose a colleague.')
      const asked = found(
        await tx.db
          .selectFrom('users')
          .select(['id', 'name'])
          .where('id', '=', userId)
          .where('deactivatedAt', 'is', null)
          .executeTakeFirst(),
        'agent',
      )
      if (!on.services.voice.phones.isReachable(on.context.tenantId, asked.id))
        throw conflict(
          'phone.notReachable',
          `${asked.name} has no phone connected now. Ask somebody else, or transfer to a queue.`,
        )
      return { type: 'consult', userId: person(on.context), target: { type: 'user', userId: asked.id } }
    }),
  ),
  handle(api.cancelConsult, on =>
    act(on, call => {
      requireConsulting(call)
      return { type: 'cancelConsult' }
    }),
  ),
  handle(api.completeConsult, on =>
    act(on, async (call, interaction, tx) => {
      requireConsulting(call)
      await leaveNote(tx, interaction, person(on.context), on.body.note)
      return { type: 'completeConsult', userId: person(on.context) }
    }),
  ),
  handle(api.conference, on =>
    act(on, call => {
      requireConsulting(call)
      return { type: 'conference' }
    }),
  ),
  handle(api.forwardCall, on =>
    act(on, async (call, interaction, tx) => {
      requireState(call, WITH_CUSTOMER, 'There is no customer to hand on: nobody is talking to one now.')
      const number = await callable(tx, on.body.number, 'number')
      await requireAllowed(tx, number)
      await leaveNote(tx, interaction, person(on.context), on.body.note)
      await audit(tx, on.context, 'call.forwarded', { type: 'call', id: call.id }, null, { to: number })
      return { type: 'forward', userId: person(on.context), number, numberId: call.numberId }
    }),
  ),
  handle(api.removeLeg, on =>
    act(on, async (call, _, tx) => {
      const leg = found(
        await tx.db
          .selectFrom('leg')
          .select(['id', 'kind'])
          .where('id', '=', on.params.legId)
          .where('callId', '=', call.id)
          .where('endedAt', 'is', null)
          .executeTakeFirst(),
        'leg',
      )
      if (leg.kind === 'customer') throw conflict('leg.customer', 'That is the customer. Hang up to end the call.')
      return { type: 'removeLeg', legId: leg.id }
    }),
  ),
  handle(api.recordCall, on =>
    act(on, async (call, interaction, tx) => {
      requireState(call, WITH_CUSTOMER, 'There is nothing to record: nobody is talking to a customer now.')
      if (on.body.do === 'start' && (await recordingPolicy(tx, interaction.queueId)) === 'never')
        throw conflict(
          'recording.never',
          'Calls of this queue are never recorded. An administrator can change that in the queue.',
        )
      await audit(tx, on.context, 'recording.asked', { type: 'call', id: call.id }, null, on.body)
      return { type: 'record', do: on.body.do, reason: on.body.reason }
    }),
  ),
  handle(api.sendCallText, on =>
    act(on, call => {
      requireState(call, ['talking', 'held'], 'Nobody would read it now: the call is not connected.')
      return { type: 'text', text: on.body.text }
    }),
  ),
  handle(api.hangUp, on =>
    act(on, (_, interaction) => {
      const userId = person(on.context)
      return { type: 'hangUp', by: interaction.agentId === userId ? 'agent' : 'supervisor', userId }
    }),
  ),

  handle(api.monitorCall, async ({ services, context, params, body, work }) => {
    const userId = person(context)
    const { mode } = body
    const { call, lineId } = await work(async tx => {
      const call = await openCall(tx, params.id)
      const { lineId, nodeId } =
        mode === 'off'
          ? { lineId: null, nodeId: call.nodeId }
          : phoneOf(services, context.tenantId, userId, body.lineId)
      if (nodeId !== call.nodeId)
        throw conflict(
          'phone.otherNode',
          'Your phone is connected to another voice node than this call. Connect it anew.',
        )
      if (mode !== 'off')
        requireState(call, WITH_CUSTOMER, 'There is nothing to hear yet: nobody is talking to the customer.')
      await audit(tx, context, 'call.monitored', { type: 'call', id: call.id }, null, { mode })
      return { call, lineId }
    })
    await services.voice.demand(call.nodeId, { type: 'monitor', callId: call.id, userId, lineId, mode })
    return work(tx => presentCall(tx, params.id))
  }),
  handle(api.takeOverCall, ({ services, context, params, body, work }) =>
    work(async tx => {
      const userId = person(context)
      const call = await openCall(tx, params.id)
      const { nodeId } = phoneOf(services, context.tenantId, userId, body.lineId)
      if (nodeId !== call.nodeId)
        throw conflict(
          'phone.otherNode',
          'Your phone is connected to another voice node than this call. Connect it anew.',
        )
      await commandInteraction(tx, call.interactionId, { type: 'assign', agentId: userId }, { actorId: userId })
      await audit(tx, context, 'call.takenOver', { type: 'call', id: call.id })
      return presentCall(tx, params.id)
    }),
  ),
]

function lineOf({ voice }: Services, context: Context, lineId: string): Line {
  return found(voice.phones.lineOf(context.tenantId, person(context), { lineId }), 'line')
}

function requireConsulting(call: CallRow): void {
  if (!call.consulting) throw conflict('call.notConsulting', 'Nobody is being asked now.')
}

/** What whoever gets the customer reads next. */
async function leaveNote(tx: Tx, interaction: InteractionRow, userId: string, note: string): Promise<void> {
  if (!note.trim()) return
  await addMessage(tx, {
    conversationId: interaction.conversationId,
    interactionId: interaction.id,
    channel: 'voice',
    author: 'agent',
    userId,
    internal: true,
    text: note.trim(),
  })
}
