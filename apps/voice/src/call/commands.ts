import type { CallCommand } from '@centrala/api/call-command.ts'
import { connect } from '../agent/connect.ts'
import { ringPhones, stopRinging } from '../agent/ring.ts'
import { tryLine } from '../agent/try-line.ts'
import { unanswered } from '../agent/unanswered.ts'
import { dial } from '../dial/dial.ts'
import { resumeWaiting } from '../flow/wait-in-queue.ts'
import type { Reply } from '../link/link.ts'
import type { VoiceNode } from '../node.ts'
import { monitor } from '../supervise/monitor.ts'
import { sendText } from '../text/follow-text.ts'
import type { Call } from './call.ts'
import { answerConsult, cancelConsult, completeConsult, conference, consult, declineConsult } from './consult.ts'
import { forward } from './forward.ts'
import { hold, park, resume } from './hold.ts'
import { webCall } from './web-call.ts'

type OfCall = Exclude<CallCommand, { type: 'dial' | 'openLine' | 'tryLine' | 'closeLine' | 'echo' | 'webCall' }>

const OK: Reply = { ok: true }

/** Does what the server wishes. What can no longer be done is said, never thrown. */
export async function obey(node: VoiceNode, command: CallCommand): Promise<Reply> {
  switch (command.type) {
    case 'openLine':
      try {
        return { ok: true, sdp: await node.lines.open(command) }
      } catch (error) {
        return unanswered(error)
      }
    case 'tryLine':
      return tryLine(node, command.sdp)
    case 'closeLine':
      node.lines.close(command.lineId)
      return OK
    case 'echo':
      return (await node.lines.echo(command.lineId, command.on))
        ? OK
        : { ok: false, code: 'noLine', detail: 'The audio line is not open, or it is in a call.' }
    case 'dial':
      return dial(node, command)
    case 'webCall':
      return webCall(node, command)
    default: {
      const call = node.calls.get(command.callId)
      return call ? ofCall(call, command) : { ok: false, code: 'ended', detail: 'This call is over.' }
    }
  }
}

function ofCall(call: Call, command: OfCall): Reply {
  switch (command.type) {
    case 'ring':
      return ringPhones(call, { userId: command.userId, seconds: command.seconds, accepted: null }).length > 0
        ? OK
        : { ok: false, code: 'noPhone', detail: 'No desk phone of this person is registered here.' }
    case 'stopRinging':
      return declineConsult(call, command.userId) ?? stopRinging(call, command.userId)
    case 'connect':
      return answerConsult(call, command.userId, command.lineId) ?? connect(call, command)
    case 'queue':
      return backToQueue(call, command.queueId)
    case 'hold':
      return hold(call)
    case 'resume':
      return resume(call)
    case 'park':
      return park(call)
    case 'mute': {
      const audio = call.legOf(command.userId)?.wire?.audio
      audio?.mute(command.on)
      return audio ? OK : { ok: false, code: 'notIn', detail: 'You are not in this call.' }
    }
    case 'digits': {
      const audio = call.customer?.wire?.audio
      if (!audio) return { ok: false, code: 'noCustomer', detail: 'The customer has not answered.' }
      void audio.sendDigits(command.digits).catch(() => {})
      return OK
    }
    case 'consult':
      return consult(call, command)
    case 'cancelConsult':
      return cancelConsult(call)
    case 'completeConsult':
      return completeConsult(call, command.userId)
    case 'conference':
      return conference(call)
    case 'forward':
      return forward(call, command)
    case 'removeLeg':
      return removeLeg(call, command.legId)
    case 'hangUp':
      call.end(command.by, { status: null, q850: 16, reason: 'hungUp' })
      return OK
    case 'record':
      return record(call, command.do, command.reason)
    case 'monitor':
      return monitor(call, command)
    case 'text':
      return sendText(call, command.text)
  }
}

/** Whoever is with the customer leaves; music and announcements of the queue until somebody else is connected. The server has queued it: it is told nothing of that. */
function backToQueue(call: Call, queueId: string): Reply {
  if (call.consult) cancelConsult(call)
  call.queueId = queueId
  call.parked = false
  call.held = false
  for (const leg of call.talkers) call.endLeg(leg, { status: null, q850: 16, reason: 'transferred' })
  resumeWaiting(call)
  return OK
}

function removeLeg(call: Call, legId: string): Reply {
  const leg = call.legs.get(legId)
  if (!leg) return { ok: false, code: 'notIn', detail: 'They are not in this call any more.' }
  if (leg.kind === 'customer') {
    call.end('supervisor', { status: null, q850: 16, reason: 'removed' })
    return OK
  }
  if (call.consult?.leg === leg) return cancelConsult(call)
  call.endLeg(leg, { status: null, q850: 16, reason: 'removed' })
  if (leg.kind !== 'supervisor' && call.talkers.length === 0) call.node.customerAlone(call)
  return OK
}

function record(call: Call, what: 'start' | 'pause' | 'resume', reason: 'agent' | 'card'): Reply {
  if (what === 'start') {
    if (call.record === 'never')
      return { ok: false, code: 'notAllowed', detail: 'Calls of this queue are not recorded.' }
    announce(call)
    call.recorder.start('call')
    return OK
  }
  if (!call.recorder.recording) return { ok: false, code: 'notRecording', detail: 'This call is not being recorded.' }
  if (what === 'pause') call.recorder.pause(reason)
  else call.recorder.resume(reason)
  return OK
}

/** Recording that begins in the middle of a call is announced to everybody in it. */
function announce(call: Call): void {
  const promptId = call.queueId && call.node.config.queue(call.tenantId, call.queueId)?.recordingAnnouncementPromptId
  if (!promptId || call.recorder.recording) return
  void call.node.sounds.of(call.tenantId, [{ promptId }], call.language).then(sources => {
    if (!call.ended && sources.length > 0) call.room.play('room', sources)
  })
}
