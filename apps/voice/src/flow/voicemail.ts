import type { FlowAction } from '@centrala/core/flow/run-flow.ts'
import type { Call } from '../call/call.ts'
import { announced } from './announced.ts'
import type { Ear } from './ear.ts'

/** Takes a message: prompt, tone, the message until a key, the most allowed, or the caller hangs up. It becomes work of the queue. */
export async function takeMessage(
  call: Call,
  ear: Ear,
  action: Extract<FlowAction, { do: 'voicemail' }>,
): Promise<void> {
  const { node } = call
  const language = action.language ?? call.language
  const sources =
    action.says.length > 0
      ? await node.sounds.of(call.tenantId, action.says, language)
      : await announced(call, [{ say: 'voicemail' }], language)
  ear.forgetKeys()
  await ear.say(sources)
  ear.forgetKeys()
  await ear.tell([node.sounds.beep])
  if (ear.stopped) return
  call.recorder.start('voicemail', action.queueId)
  await ear.key(action.maxMs)
  if (!ear.stopped) void call.recorder.stop()
}
