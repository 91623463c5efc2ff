/** Compact forms (RFC 3261 section 7.3.3 and the registry at IANA) and what they stand for. */
const compactForms: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
}

/** Names as they are written on the wire. */
const writtenNames = [
  'Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authentication-Info Authorization',
  'Call-ID Call-Info Contact Content-Disposition Content-Encoding Content-Language Content-Length Content-Type CSeq Date',
  'Diversion Error-Info Event Expires Flow-Timer From History-Info Identity Identity-Info In-Reply-To Join Max-Forwards',
  'MIME-Version Min-Expires Min-SE Organization P-Asserted-Identity P-Associated-URI P-Preferred-Identity Path Priority',
  'Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason Record-Route Refer-Sub Refer-To Referred-By',
  'Reject-Contact Replaces Reply-To Request-Disposition Require Retry-After Route RSeq Server Service-Route',
  'Session-Expires SIP-ETag SIP-If-Match Subject Subscription-State Supported Target-Dialog Timestamp To Unsupported',
  'User-Agent Via Warning WWW-Authenticate',
]
  .join(' ')
  .split(' ')

const written = new Map(writtenNames.map(name => [name.toLowerCase(), name]))

/** Names as senders most often write them, so that the common case needs no lower-casing. */
const keys = new Map<string, string>()
for (const [key, name] of written) {
  keys.set(key, key)
  keys.set(name, key)
}
for (const [letter, key] of Object.entries(compactForms)) {
  keys.set(letter, key)
  keys.set(letter.toUpperCase(), key)
}

/** The key of a header: lower case, compact forms expanded. */
export function headerKey(name: string): string {
  return keys.get(name) ?? lowerKey(name)
}

function lowerKey(name: string): string {
  const lower = name.toLowerCase()
  return keys.get(lower) ?? lower
}

/** How a header's name is written: as its RFC does when known, else as given. */
export function canonicalName(name: string): string {
  return written.get(headerKey(name)) ?? name
}

/** Headers whose one line may hold several values apart by commas (RFC 3261 section 7.3.1). */
export const listHeaders: ReadonlySet<string> = new Set(
  [
    'accept accept-contact accept-encoding accept-language alert-info allow allow-events call-info contact content-encoding',
    'content-language diversion error-info history-info in-reply-to p-asserted-identity p-associated-uri',
    'p-preferred-identity path proxy-require reason record-route reject-contact require route service-route supported',
    'unsupported via warning',
  ]
    .join(' ')
    .split(' '),
)

/** Headers that may stand once only; a second one makes the message ambiguous (RFC 4475 section 3.3.8). */
export const singleHeaders: ReadonlySet<string> = new Set([
  'call-id',
  'content-length',
  'content-type',
  'cseq',
  'from',
  'max-forwards',
  'to',
])
