import { type NameAddr, parseNameAddr } from '../message/name-addr.ts'
import { parseUri, type SipUri } from '../message/uri.ts'

/** An address of ours from text; a wrong one is a fault of the program. */
export function addressOf(text: string | NameAddr): NameAddr {
  const address = typeof text === 'string' ? parseNameAddr(text) : text
  if (address === null) throw new TypeError(`“${text}” is no SIP address; write it as <sip:user@host>.`)
  return address
}

/** The URI of whom to reach; null when the text is none. */
export function uriOf(text: string | SipUri): SipUri | null {
  return typeof text === 'string' ? (parseNameAddr(text)?.uri ?? parseUri(text)) : text
}

export function withTag(address: NameAddr, tag: string): NameAddr {
  return { ...address, params: new Map([...address.params, ['tag', tag]]) }
}
