import type { Phone } from '@centrala/api/call.ts'
import type { PhoneView } from './phone.ts'

/** What the phone's sign says, in one word; each has its sentence under `sign.<kind>`. */
export type SignKind =
  | 'loading'
  | 'noNode'
  | 'off'
  | 'elsewhere'
  | 'asking'
  | 'denied'
  | 'missing'
  | 'busy'
  | 'insecure'
  | 'connecting'
  | 'lost'
  | 'refused'
  | 'ready'
  | 'desk'

/** The worst that the person should know first; a registered desk phone makes up for a browser that is not connected. */
export function signKind({ audio, lines }: Pick<PhoneView, 'audio' | 'lines'>, phone: Phone | undefined): SignKind {
  if (phone === undefined) return 'loading'
  const states = lines.map(line => line.state.kind)
  if (states.includes('open')) return 'ready'
  if (!phone.nodes.some(node => node.connected)) return 'noNode'
  if (audio.kind === 'asking') return 'asking'
  if (audio.kind === 'on')
    return states.includes('refused')
      ? 'refused'
      : states.includes('lost') || states.includes('shaky')
        ? 'lost'
        : 'connecting'
  if (phone.deskPhones.some(one => one.registered)) return 'desk'
  if (audio.kind === 'blocked') return audio.why
  return audio.kind
}

/** Whether a call that is accepted now would be heard. */
export const canHear = (kind: SignKind): boolean => kind === 'ready' || kind === 'desk'
