import { ALAW_TO_ULAW, ULAW_TO_ALAW } from '../codec/g711.ts'
import type { AudioCodec } from '../endpoint/media.ts'

/** The table from one codec's bytes to another's; null when they are equal, undefined when they cannot be relayed. */
export function tableBetween(from: AudioCodec, to: AudioCodec): Uint8Array | null | undefined {
  if (from === to) return null
  if (from === 'PCMA' && to === 'PCMU') return ALAW_TO_ULAW
  if (from === 'PCMU' && to === 'PCMA') return ULAW_TO_ALAW
  return undefined
}
