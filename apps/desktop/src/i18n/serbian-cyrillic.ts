/**
 * Serbian is written once, in Latin; the Cyrillic texts are derived when they are loaded. Both scripts map letter by
 * letter, except that `lj`, `nj` and `dž` are one letter unless they meet where two parts of a word join.
 */
const LETTERS: Record<string, string> = {
  a: 'а',
  b: 'б',
  c: 'ц',
  č: 'ч',
  ć: 'ћ',
  d: 'д',
  đ: 'ђ',
  e: 'е',
  f: 'ф',
  g: 'г',
  h: 'х',
  i: 'и',
  j: 'ј',
  k: 'к',
  l: 'л',
  m: 'м',
  n: 'н',
  o: 'о',
  p: 'п',
  r: 'р',
  s: 'с',
  š: 'ш',
  t: 'т',
  u: 'у',
  v: 'в',
  z: 'з',
  ž: 'ж',
} // prettier-ignore
const DIGRAPHS: Record<string, string> = { lj: 'љ', nj: 'њ', dž: 'џ' }

/** Stems in which the two letters belong to different parts of the word. */
const APART = /^(in|kon)j(ekc|ug|unk)|^tanjug|^nad(?=ž)|^od(?=ž)|^pod(?=ž)/i

/** Names, codes and keys stay as they are written on the keyboard, in the standard or on the product. */
const KEPT = new Set(
  (
    'API CC BCC CSAT CSV CRM DNS FAQ HMAC HTML HTTP HTTPS ID IMAP IP JSON JWT OAuth OAuth2 OIDC OpenAPI PDF PNG QR REST SAML ' +
    'SCIM SIP SLA SMS SMTP SSO STARTTLS TLS TOTP TOTP-a URL URI UTC UTM UUID WebSocket WebRTC XLSX XOAUTH2 Alt Cmd Ctrl Delete Enter Esc Shift Tab ' +
    'Chrome Chromium Edge Firefox Safari Facebook Google Instagram LINE Linux Messenger Microsoft Telegram Viber WhatsApp ' +
    'Windows X Android iOS iPhone iPad macOS espeak ng webhook webhooks'
  ).split(' '),
)

const isLetter = /\p{L}/u

function word(latin: string): string {
  if (KEPT.has(latin)) return latin
  const apart = APART.test(latin)
  let out = ''
  for (let i = 0; i < latin.length; i++) {
    const one = latin[i] ?? ''
    const two = latin.slice(i, i + 2)
    const digraph = apart ? undefined : DIGRAPHS[two.toLowerCase()]
    const letter = digraph ?? LETTERS[one.toLowerCase()]
    if (letter === undefined) out += one
    else out += one === one.toLowerCase() ? letter : letter.toUpperCase()
    if (digraph !== undefined) i++
  }
  return out
}

/** Plain Serbian text from Latin to Cyrillic. Addresses (with @, :// or a dot inside) are kept. */
export function toCyrillic(latin: string): string {
  return latin.replace(/[^\s()„“"«»,;!?]+/gu, token => {
    if (/@.|:\/\/|\p{L}\.\p{L}|^\//u.test(token)) return token
    return token.replace(/[\p{L}\p{N}]+/gu, part => (isLetter.test(part) ? word(part) : part))
  })
}

/**
 * An ICU message from Latin to Cyrillic: only the text a person reads changes. In ICU syntax braces nest in turns, so text
 * stands at even depth and argument names, `plural` and its categories at odd depth; tags and quoted braces are kept.
 */
export function messageToCyrillic(message: string): string {
  let out = ''
  let text = ''
  let depth = 0
  const flush = () => {
    out += toCyrillic(text)
    text = ''
  }
  for (let i = 0; i < message.length; i++) {
    const char = message[i] ?? ''
    if (char === '{' || char === '}') {
      flush()
      depth += char === '{' ? 1 : -1
      out += char
    } else if (depth % 2 === 1) {
      out += char
    } else if (char === '<' && /^<\/?[a-z][^<>]*>/i.test(message.slice(i))) {
      flush()
      const end = message.indexOf('>', i)
      out += message.slice(i, end + 1)
      i = end
    } else if (char === "'" && /[{}<]/.test(message[i + 1] ?? '')) {
      flush()
      const end = message.indexOf("'", i + 1)
      const stop = end === -1 ? message.length : end
      out += message.slice(i, stop + 1)
      i = stop
    } else text += char
  }
  flush()
  return out
}

/** A tree of ICU messages, as our JSON files hold them. */
export interface Messages {
  [key: string]: string | Messages
}

export function messagesToCyrillic(messages: Messages): Messages {
  return Object.fromEntries(
    Object.entries(messages).map(([key, value]) => [
      key,
      typeof value === 'string' ? messageToCyrillic(value) : messagesToCyrillic(value),
    ]),
  )
}
