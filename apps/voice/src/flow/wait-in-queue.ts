import type { QueueVoice } from '@centrala/api/voice-config.ts'
import type { Announcement } from '@centrala/core/flow/announcement.ts'
import type { FlowAction } from '@centrala/core/flow/run-flow.ts'
import type { Source } from '@centrala/media/play/source.ts'
import type { Call } from '../call/call.ts'
import { announced } from './announced.ts'
import { askCallback } from './callback.ts'
import { Ear } from './ear.ts'
import { openNow } from './hours.ts'

export type QueueLeft = 'timeout' | 'full' | 'closed' | 'callback' | 'taken'

/** Waits for an agent: greeting, music, position and expected wait, the offer to be called back. Ends when somebody takes the call, or as the flow says. */
export async function waitInQueue(
  call: Call,
  ear: Ear,
  action: Extract<FlowAction, { do: 'queue' }>,
): Promise<QueueLeft> {
  const { node, tenantId } = call
  const queue = node.config.queue(tenantId, action.queueId)
  const language = action.language ?? call.language
  if (queue && !openNow(call, queue.hoursId)) {
    if (queue.closedPromptId) await ear.say(await prompt(call, queue.closedPromptId, language))
    return 'closed'
  }
  const waiting = node.calls.count(other => other !== call && other.queueId === action.queueId && other.treated)
  if (action.maxWaiting !== null && waiting >= action.maxWaiting) return 'full'
  call.queueId = action.queueId
  // Told before anything is played: somebody may be free.
  call.fact({
    type: 'queued',
    queueId: action.queueId,
    priority: action.priority,
    language,
    attributes: action.attributes,
  })
  ear.forgetKeys()
  const before: Source[] = []
  if (queue?.greetingPromptId) before.push(...(await prompt(call, queue.greetingPromptId, language)))
  if (queue?.record === 'always')
    before.push(
      ...(await (queue.recordingAnnouncementPromptId
        ? prompt(call, queue.recordingAnnouncementPromptId, language)
        : announced(call, [{ say: 'recorded' }], language))),
    )
  await ear.tell(before)
  const left = await entertain(call, ear, queue, { language, maxWaitMs: action.maxWaitMs })
  if (left === 'timeout') call.fact({ type: 'unqueued', reason: 'timeout' })
  return left
}

/** The customer waits again after an agent was lost or handed the call back: the server knows, and routes it. */
export function resumeWaiting(call: Call): void {
  const ear = new Ear(call)
  call.treat({ stop: () => ear.stop() })
  const queue = call.queueId === null ? null : call.node.config.queue(call.tenantId, call.queueId)
  void entertain(call, ear, queue, { language: call.language, maxWaitMs: null })
}

async function entertain(
  call: Call,
  ear: Ear,
  queue: QueueVoice | null,
  { language, maxWaitMs }: { language: string | null; maxWaitMs: number | null },
): Promise<QueueLeft> {
  const began = Date.now()
  const until = maxWaitMs === null ? Number.POSITIVE_INFINITY : began + maxWaitMs
  const everyMs = queue && queue.announceEverySeconds > 0 ? queue.announceEverySeconds * 1000 : Number.POSITIVE_INFINITY
  const offerAt = offersCallback(call, queue)
    ? began + (queue?.callbackAfterSeconds ?? 0) * 1000
    : Number.POSITIVE_INFINITY
  // The first announcement comes soon; nobody likes to wait without knowing.
  let announceAt = everyMs === Number.POSITIVE_INFINITY ? everyMs : began + Math.min(everyMs, 3000)
  let offered = false
  while (!ear.stopped) {
    ear.music(call.music())
    const next = Math.min(until, announceAt, offered ? Number.POSITIVE_INFINITY : offerAt)
    const key = await ear.key(Math.min(Math.max(0, next - Date.now()), 3_600_000))
    if (ear.stopped) break
    const now = Date.now()
    if (key === '1' && now >= offerAt) {
      ear.quiet()
      if (await askCallback(call, ear, language)) return 'callback'
      continue
    }
    if (now >= until) {
      ear.quiet()
      return 'timeout'
    }
    const offer = now >= offerAt
    if (now >= announceAt || (offer && !offered)) {
      const place = now >= announceAt ? await placeSounds(call, queue, language) : []
      const offerSounds = offer ? await announced(call, [{ say: 'callbackOffer' }], language) : []
      if (offer) offered = true
      await ear.say([...place, ...offerSounds])
      announceAt = Date.now() + everyMs
    }
  }
  return 'taken'
}

/** "You are number 3. The expected wait is about 5 minutes": as far as the server knows now. */
async function placeSounds(call: Call, queue: QueueVoice | null, language: string | null): Promise<Source[]> {
  if (!queue || (!queue.announcePosition && !queue.announceWait)) return []
  const place = await call.node.link.askPlace(call.id)
  if (!place) return []
  const says: Announcement[] = []
  if (queue.announcePosition && place.position !== null) says.push({ say: 'position', position: place.position })
  if (queue.announceWait && place.waitMs !== null) says.push({ say: 'wait', minutes: place.waitMs / 60_000 })
  return announced(call, says, language)
}

function offersCallback(call: Call, queue: QueueVoice | null): boolean {
  return queue !== null && queue.callbackAfterSeconds !== null && call.way === 'phone' && call.direction === 'inbound'
}

function prompt(call: Call, promptId: string, language: string | null): Promise<Source[]> {
  return call.node.sounds.of(call.tenantId, [{ promptId }], language)
}
