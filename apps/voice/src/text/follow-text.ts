import { Transcript } from '@centrala/media/text/transcript.ts'
import type { Call } from '../call/call.ts'
import type { Leg, Wire } from '../call/leg.ts'
import type { Reply } from '../link/link.ts'

/** A line that is not ended by a return counts as one after so long a pause. */
const PAUSE_MS = 3000
/** Baudot is listened for from the beginning, this long: whoever has a text telephone uses it at once. */
const TTY_LISTEN_MS = 120_000
const MOST_LINE = 1000

/** Text telephone and real-time text of a customer: letters at once, whole lines as facts. Baudot is turned on when its tones are heard. */
export function followText(call: Call, leg: Leg, wire: Wire): void {
  const { audio } = wire
  const transcript = new Transcript()
  let told = 0
  let pause: NodeJS.Timeout | undefined
  const how = () => (audio.textMode === 't140' ? ('rtt' as const) : ('tty' as const))
  const tellLine = (line: string) => {
    const text = line.trim()
    if (text !== '')
      call.fact({ type: 'text', legId: leg.id, author: 'customer', how: how(), text: text.slice(0, MOST_LINE) })
  }
  const flush = () => {
    clearTimeout(pause)
    const rest = transcript.text.slice(told)
    told = transcript.text.length
    for (const line of rest.split('\n')) tellLine(line)
  }
  audio.onText(letters => {
    if (call.ended) return
    transcript.apply(letters)
    // A backspace may reach into what was told already.
    told = Math.min(told, transcript.text.length)
    const open = transcript.text.slice(told)
    clearTimeout(pause)
    if (open.includes('\n') || open.length > MOST_LINE) flush()
    else pause = setTimeout(flush, PAUSE_MS)
    call.node.link.typing(call.id, 'customer', transcript.text.slice(told).slice(-MOST_LINE))
  })
  audio.onDetect(found => {
    if (found !== 'tty') return
    audio.tty(true)
    audio.detect([])
  })
  audio.detect(['tty'])
  const enough = setTimeout(() => audio.detect([]), TTY_LISTEN_MS)
  audio.onClose(() => {
    clearTimeout(enough)
    clearTimeout(pause)
  })
  call.onEnded(() => clearTimeout(pause))
}

/** The agent types: as tones or as real-time text, however the customer's phone takes it. */
export function sendText(call: Call, text: string): Reply {
  const leg = call.customer
  const audio = leg?.wire?.audio
  if (!leg || !audio?.sendText(`${text}\r\n`))
    return { ok: false, code: 'noText', detail: 'This phone takes no text: no text telephone has been heard on it.' }
  call.fact({
    type: 'text',
    legId: leg.id,
    author: 'agent',
    how: audio.textMode === 't140' ? 'rtt' : 'tty',
    text: text.slice(0, MOST_LINE),
  })
  return { ok: true }
}
