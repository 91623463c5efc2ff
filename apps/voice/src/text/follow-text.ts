import type { Call } from '../call/call.ts'
import type { Leg, Wire } from '../call/leg.ts'
import type { Reply } from '../link/link.ts'
import { TypedLines } from './typed-lines.ts'

/** What agents type in a call; the customer's side is held by the listeners of their leg. */
const agents = new WeakMap<Call, TypedLines>()

/** Text telephone and real-time text of a customer. Baudot is listened for as long as the call goes on, and turned on when its tones are heard. */
export function followText(call: Call, leg: Leg, wire: Wire): void {
  const { audio } = wire
  const lines = new TypedLines(call, leg, 'customer')
  audio.onText(letters => {
    if (!call.ended) lines.type(letters)
  })
  audio.onDetect(found => {
    if (found !== 'tty') return
    audio.tty(true)
    audio.detect([])
  })
  audio.detect(['tty'])
}

/** The agent types: as tones or as real-time text, however the customer's phone takes it. Letters go out as they come; `\n` begins a new line. */
export function sendText(call: Call, text: string): Reply {
  const leg = call.customer
  if (!leg?.wire?.audio.sendText(text.replaceAll(/\r?\n/g, '\r\n')))
    return { ok: false, code: 'noText', detail: 'This phone takes no text: no text telephone has been heard on it.' }
  let lines = agents.get(call)
  if (!lines) {
    lines = new TypedLines(call, leg, 'agent')
    agents.set(call, lines)
  }
  lines.type(text)
  return { ok: true }
}
