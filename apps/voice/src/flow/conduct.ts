import { FlowDefinition } from '@centrala/api/flow.ts'
import { announcementText } from '@centrala/core/flow/announcement.ts'
import type { Flow } from '@centrala/core/flow/flow.ts'
import { type FlowAction, type FlowInput, newRun, runFlow } from '@centrala/core/flow/run-flow.ts'
import type { Call } from '../call/call.ts'
import { forwardCustomer } from '../call/forward.ts'
import { Ear } from './ear.ts'
import { openNow } from './hours.ts'
import { takeMessage } from './voicemail.ts'
import { waitInQueue } from './wait-in-queue.ts'

/** Leads a customer through a flow by prompts and keypad. Returns at once; ends when an agent comes, the flow ends or the customer goes. */
export function conductFlow(call: Call, flow: Flow): void {
  const ear = new Ear(call)
  let stopped = false
  call.treat({
    stop: () => {
      stopped = true
      ear.stop()
      call.room.digits('relay')
    },
  })
  const facts = { isOpen: (hoursId: string) => openNow(call, hoursId) }
  const run = async () => {
    let result = runFlow(flow, newRun(flow, call.language), { type: 'begin' }, facts)
    for (;;) {
      call.language = result.run.language
      for (const note of result.notes) {
        if (note.type === 'chose')
          call.fact({ ...note, language: result.run.language, attributes: result.run.attributes })
        else if (note.type === 'entered') call.fact(note)
        else call.node.log.warn({ callId: call.id, step: note.step }, 'a flow leads nowhere; the call is ended')
      }
      const input = await act(call, ear, result.action)
      if (input === null || stopped || call.ended) return
      result = runFlow(flow, result.run, input, facts)
    }
  }
  run().catch(error => {
    call.node.log.error({ err: error, callId: call.id }, 'a flow failed; the call is ended')
    call.end('system', { status: 500, q850: 41, reason: 'failed' })
  })
}

/** Does what the flow says; the input that follows from it, or null where the flow has nothing more to do with the call. */
async function act(call: Call, ear: Ear, action: FlowAction): Promise<FlowInput | null> {
  const sounds = call.node.sounds
  switch (action.do) {
    case 'say':
      await ear.say(await sounds.of(call.tenantId, action.says, action.language))
      return { type: 'said' }
    case 'listen': {
      call.room.digits(action.sensitive ? 'consume' : 'relay')
      await ear.say(await sounds.of(call.tenantId, action.says, action.language))
      const key = await ear.key(action.timeoutMs)
      return ear.stopped ? null : key === null ? { type: 'silence' } : { type: 'key', key }
    }
    case 'queue': {
      const left = await waitInQueue(call, ear, action)
      return left === 'taken' || left === 'callback' ? null : { type: 'queueLeft', reason: left }
    }
    case 'voicemail':
      await takeMessage(call, ear, action)
      return ear.stopped ? null : { type: 'recorded' }
    case 'forward':
      return (await forwardCustomer(call, action.to, action.timeoutMs)) || ear.stopped ? null : { type: 'notReached' }
    case 'end': {
      ear.forgetKeys()
      await ear.tell(await sounds.of(call.tenantId, action.says, action.language))
      if (!ear.stopped) call.end('system', { status: null, q850: 16, reason: 'flowEnded' })
      return null
    }
  }
}

/** The flow of a number: its own, or its queue with a closing word, or that word alone. */
export function flowFor(call: Call, flowId: string | null, queueId: string | null): Flow {
  const configured = flowId === null ? undefined : call.tenant?.flows[flowId]
  if (configured !== undefined) {
    const parsed = FlowDefinition.safeParse(configured)
    if (parsed.success) return parsed.data
    call.node.log.error(
      { flowId, issues: parsed.error.issues.slice(0, 3) },
      'a flow that cannot be read is passed over',
    )
  }
  const queue = queueId === null ? null : call.node.config.queue(call.tenantId, queueId)
  const closed = queue !== null && queue.closedPromptId === null && !openNow(call, queue.hoursId)
  const last = announcementText({ say: closed ? 'closed' : 'busy' }, call.language ?? call.tenant?.locale ?? 'en')
  const end = { type: 'end' as const, says: [{ text: last }] }
  if (queueId === null) return { start: 'end', steps: { end } }
  return {
    start: 'queue',
    steps: {
      queue: { type: 'queue', queueId, priority: 5, maxWaitSeconds: null, maxWaiting: null, next: 'end' },
      end,
    },
  }
}
