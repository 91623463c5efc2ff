import { type NameAddr, parseNameAddr } from '../message/name-addr.ts'
import { parseUri, type SipUri } from '../message/uri.ts'

/** `"Name" <uri>;param`, or a URI alone. Unlike in a header, what follows a semicolon of a bare URI is the URI's own: `sip:host;transport=tcp` says how to get there. */
function read(text: string): NameAddr | null {
  if (text.includes('<')) return parseNameAddr(text)
  const uri = parseUri(text)
  return uri === null ? null : { displayName: null, uri, params: new Map() }
}

/** An address of ours from text; a wrong one is a fault of the program. */
export function addressOf(text: string | NameAddr): NameAddr {
  const address = typeof text === 'string' ? read(text) : text
  if (address === null) throw new TypeError(`“${text}” is no SIP address; write it as <sip:user@host>.`)
  return address
}

/** The URI of whom to reach; null when the text is none. */
export function uriOf(text: string | SipUri): SipUri | null {
  return typeof text === 'string' ? (read(text)?.uri ?? null) : text
}

export function withTag(address: NameAddr, tag: string): NameAddr {
  return { ...address, params: new Map([...address.params, ['tag', tag]]) }
}
