/** Token of RFC 3261 section 25.1. */
export const tokenForm = /^[A-Za-z0-9\-.!%*_+`'~]+$/

/** What a parameter may be without quotes: a token or a host, an IPv6 address included. */
const plainValue = /^[A-Za-z0-9\-.!%*_+`'~[\]:/]+$/

/**
 * Splits at `separator` outside quotes and angle brackets; parts are trimmed. One pass.
 * An unterminated quote or bracket swallows the rest, which the reader of the part then refuses.
 */
export function splitOutside(text: string, separator: number): string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  let bracketed = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (quoted) {
      if (char === 92) i++
      else if (char === 34) quoted = false
    } else if (char === 34 && !bracketed) quoted = true
    else if (char === 60) bracketed = true
    else if (char === 62) bracketed = false
    else if (char === separator && !bracketed) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  parts.push(text.slice(start).trim())
  return parts
}

/** The values of a list header. */
export function splitList(text: string): string[] {
  return splitOutside(text, 44)
}

/** Index of the quote that closes the one at `open`; -1 when it never closes. */
export function closingQuote(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (char === 92) i++
    else if (char === 34) return i
  }
  return -1
}

/** Text of a quoted string without its quotes and escapes, and without NUL, which only stands there to hurt. */
export function unquote(text: string): string {
  if (text.length < 2 || text.charCodeAt(0) !== 34 || text.charCodeAt(text.length - 1) !== 34) return text
  const inner = text.slice(1, -1)
  return inner.includes('\\') ? inner.replace(/\\(.)/gs, '$1').replaceAll('\0', '') : inner
}

/** Text between quotes, escaped. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/**
 * Header parameters: `;name=value;flag;name="quoted"` (RFC 3261 generic-param). Names lower case, values unquoted, the first of a name wins.
 * Null when malformed: an empty parameter, a name that is no token, an open quote.
 */
export function parseParams(text: string): Map<string, string | null> | null {
  const params = new Map<string, string | null>()
  if (text === '') return params
  const parts = text.includes('"') ? splitOutside(text, 59) : text.split(';')
  if (parts[0]?.trim() !== '') return null
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] ?? ''
    const equals = part.indexOf('=')
    const name = (equals === -1 ? part : part.slice(0, equals)).trim()
    if (!tokenForm.test(name)) return null
    let value: string | null = null
    if (equals !== -1) {
      const raw = part.slice(equals + 1).trim()
      if (raw.charCodeAt(0) === 34) {
        if (closingQuote(raw, 0) !== raw.length - 1) return null
        value = unquote(raw)
      } else {
        if (raw === '' || raw.includes('"') || /[\s<>,]/.test(raw)) return null
        value = raw
      }
    }
    const key = name.toLowerCase()
    if (!params.has(key)) params.set(key, value)
  }
  return params
}

/** `;name=value` for each parameter, quoted where it must be. */
export function writeParams(params: ReadonlyMap<string, string | null>): string {
  let text = ''
  for (const [name, value] of params) {
    if (value === null) text += `;${name}`
    else text += `;${name}=${plainValue.test(value) ? value : quote(value)}`
  }
  return text
}
