/**
 * Folds the quoted history away from a plain-text reply, as mail programs write it in English, Croatian, Serbian, Romanian,
 * Russian and a few neighbours. It would rather fold too little than hide a word the customer wrote: an answer written
 * between or below quoted lines stays whole, and so does a forwarded mail.
 */
export interface Folded {
  text: string
  /** What was folded away, or null. `text` and `quoted` together hold every line of the input. */
  quoted: string | null
}

/** "On Mon, 5 Jan 2026 at 10:15, Ana <ana@example.com> wrote:" in the words of each mail program. */
const WROTE =
  /(?:\bwrote|\bwrites|napisa(?:o|la)(?:\/la)?(?: je)?|je napisao\/la|\bpiše|написа(?:о|ла|л|л\(а\)|о\/ла)|писал\(?а?\)?|\bпише|пишет|a scris|\bscrie|schrieb|a écrit|ha scritto|escribió|írta|napsal\(?a?\)?|napisał\(?a?\)?)\s*:\s*$/iu
/** Gmail in Russian writes a date, a name and an address, and no verb. */
const DATED_ADDRESS = /\d.*<[^<>\s]+@[^<>\s]+>\s*:\s*$/u

const ORIGINAL_RULE =
  /^\s*[-–—_]{2,}\s*(?:original message|izvorna poruka|originalna poruka|оригинална порука|изворна порука|mesaj(?:ul)? original|исходное сообщение|ursprüngliche nachricht|message d'origine)\s*[-–—_]{2,}\s*$/iu
const FROM = /^\s*\*?(?:from|od|šalje|од|шаље|пошиљалац|pošiljatelj|de la|от|от кого|von|de)\s*:\*?\s*\S/iu
const REST_OF_HEADER =
  /^\s*\*?(?:sent|date|poslano|poslato|datum|послато|датум|trimis|data|отправлено|дата|gesendet|to|za|prima|kome|za|за|прима|коме|către|catre|кому|cc|kopija|копија|копия|subject|predmet|naslov|предмет|наслов|subiect|тема|betreff)\s*:/iu
const FORWARDED =
  /^\s*(?:-{2,}\s*(?:forwarded message|proslijeđena poruka|prosleđena poruka|прослеђена порука|mesaj redirecționat|пересылаемое сообщение|пересланное сообщение)|begin forwarded message|fwd:)/iu

const isQuoted = (line: string) => /^\s{0,3}>/.test(line)
const isBlank = (line: string) => line.trim() === ''

/** @param subject tells a forwarded mail from a reply where a program writes both alike (Outlook). */
export function foldText(text: string, subject: string | null = null): Folded {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const start = quoteStart(lines, isForward(subject))
  if (start === null) return foldLeadingQuote(lines)
  const written = lines.slice(0, start).join('\n').trimEnd()
  if (written.trim() === '') return foldLeadingQuote(lines)
  return { text: written, quoted: lines.slice(start).join('\n').trim() || null }
}

export function isForward(subject: string | null): boolean {
  return /^\s*(?:fw|fwd|pd|prosl|пр|пересл|wg|tr|vs)\s*:/iu.test(subject ?? '')
}

/** Whether a short text, one line or several, introduces a quotation. */
export function isAttribution(text: string): boolean {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length < 400 && (DATED_ADDRESS.test(line) || (WROTE.test(line) && /\d|@/.test(line)))
}

/** Index of the first line of the history that ends the mail, or null. */
function quoteStart(lines: string[], forwarded: boolean): number | null {
  // One pass from the end: which lines have only quoted and blank lines after them.
  let tail = lines.length
  while (tail > 0 && (isQuoted(lines[tail - 1]!) || isBlank(lines[tail - 1]!))) tail -= 1
  const lastQuoted = lines.findLastIndex(isQuoted)
  const tailHasQuote = lastQuoted >= tail

  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!
    if (FORWARDED.test(line)) return null
    if (!forwarded && ORIGINAL_RULE.test(line)) return at
    if (!forwarded && isHeaderBlock(lines, at)) return ruleAbove(lines, at)
    if (tailHasQuote && at === tail) return at
    const span = attributionSpan(lines, at)
    if (span === 0) continue
    const next = firstFilled(lines, at + span)
    const restIsQuote = tailHasQuote && next >= tail
    const restIsBare = lastQuoted < at + span
    // Apple Mail and web mailers may quote without ">"; then all that follows is history.
    if (restIsQuote || (restIsBare && next < lines.length)) return at
  }
  return null
}

/** How many lines (1 to 3) starting here form an attribution, or 0. */
function attributionSpan(lines: string[], at: number): number {
  const first = lines[at] ?? ''
  if (isBlank(first) || isQuoted(first)) return 0
  for (let span = 1; span <= 3 && at + span <= lines.length; span += 1) {
    const last = lines[at + span - 1]!
    if (isBlank(last) || isQuoted(last)) return 0
    if (last.trimEnd().endsWith(':')) {
      return isAttribution(lines.slice(at, at + span).join(' ')) && beginsAttribution(first) ? span : 0
    }
  }
  return 0
}

/** A wrapped attribution starts with a date or "On …"; the line before it that ends the customer's sentence does not. */
function beginsAttribution(line: string): boolean {
  return /^\s*(?:(?:on|dana|dne|дана|în|in|pe|le|am|el|il)\b|\p{L}{2,4}[.,]?\s*,?\s*\d|\d|.*@|.*\d{4})/iu.test(line)
}

/** Outlook: From, then at least two of Sent, To, Subject within five lines. */
function isHeaderBlock(lines: string[], at: number): boolean {
  if (!FROM.test(lines[at]!)) return false
  return lines.slice(at + 1, at + 6).filter(line => REST_OF_HEADER.test(line)).length >= 2
}

function ruleAbove(lines: string[], at: number): number {
  let above = at - 1
  while (above >= 0 && isBlank(lines[above]!)) above -= 1
  return above >= 0 && /^\s*[_-]{5,}\s*$/.test(lines[above]!) ? above : at
}

function firstFilled(lines: string[], from: number): number {
  let at = from
  while (at < lines.length && isBlank(lines[at]!)) at += 1
  return at
}

/** History on top, answer below, nothing in between. */
function foldLeadingQuote(lines: string[]): Folded {
  const whole = lines.join('\n').trim()
  let at = firstFilled(lines, 0)
  at += attributionSpan(lines, at)
  const firstQuoted = firstFilled(lines, at)
  let end = firstQuoted
  while (end < lines.length && (isQuoted(lines[end]!) || isBlank(lines[end]!))) end += 1
  const answer = lines.slice(end)
  const interleaved = answer.some(isQuoted)
  if (!isQuoted(lines[firstQuoted] ?? '') || interleaved || answer.join('').trim() === '')
    return { text: whole, quoted: null }
  return { text: answer.join('\n').trim(), quoted: lines.slice(0, end).join('\n').trim() }
}
