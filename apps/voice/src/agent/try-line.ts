import type { BrowserLeg } from '@centrala/media/endpoint/media.ts'
import type { Reply } from '../link/link.ts'
import type { VoiceNode } from '../node.ts'
import { unanswered } from './unanswered.ts'

/** Long enough for a browser to find a way here, or to know that there is none. */
const TRY_MS = 15_000
/** At a time: each holds memory and a port that calls want. */
const MOST_TRIES = 20
const tries = new WeakMap<VoiceNode, number>()

/** The command `tryLine`: answers as for an audio line, so that a browser sees whether sound gets here, and forgets it soon after. Nobody is reached by it. */
export async function tryLine(node: VoiceNode, sdp: string): Promise<Reply> {
  const count = (by: number) => tries.set(node, (tries.get(node) ?? 0) + by)
  if ((tries.get(node) ?? 0) >= MOST_TRIES)
    return {
      ok: false,
      code: 'busy',
      detail: 'Many try their audio line just now. Try again in a quarter of a minute.',
    }
  let audio: BrowserLeg | undefined
  try {
    audio = node.media.browserLeg({ side: 'agent' })
    count(1)
    audio.onClose(() => count(-1))
    const answer = await audio.answer(sdp)
    const timer = setTimeout(() => void audio?.close(), TRY_MS)
    audio.onClose(() => clearTimeout(timer))
    return { ok: true, sdp: answer }
  } catch (error) {
    await audio?.close()
    return unanswered(error)
  }
}
