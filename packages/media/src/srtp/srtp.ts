import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { payloadStart, sequence, ssrc } from '../rtp/packet.ts'

export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'

/** Tag bytes of SRTP and of SRTCP: the short suite keeps ten for SRTCP (RFC 4568 section 6.2). */
const TAG: Record<SrtpSuite, number> = { AES_CM_128_HMAC_SHA1_80: 10, AES_CM_128_HMAC_SHA1_32: 4 }
const RTCP_TAG = 10

export const MASTER_KEY = 16
export const MASTER_SALT = 14

/** Key derivation labels (RFC 3711 section 4.3.2). */
const LABEL = { rtpKey: 0, rtpAuth: 1, rtpSalt: 2, rtcpKey: 3, rtcpAuth: 4, rtcpSalt: 5 }

/** AES-CM keystream of `length` bytes (a multiple of 16) from a 16-byte initial counter whose last two bytes are zero (RFC 3711 section 4.1.1). */
class CounterMode {
  readonly #cipher
  #counters: Buffer = Buffer.alloc(0)

  constructor(key: Uint8Array) {
    // One long-lived ECB cipher over counter blocks: a third of what a new CTR cipher costs for each packet.
    this.#cipher = createCipheriv('aes-128-ecb', key, null)
    this.#cipher.setAutoPadding(false)
  }

  stream(counter: Uint8Array, length: number): Buffer {
    const blocks = Math.ceil(length / 16)
    if (this.#counters.length < blocks * 16) this.#counters = Buffer.alloc(blocks * 16)
    const counters = this.#counters
    for (let i = 0; i < blocks; i++) {
      counters.set(counter, i * 16)
      counters[i * 16 + 14] = i >> 8
      counters[i * 16 + 15] = i
    }
    return this.#cipher.update(counters.subarray(0, blocks * 16))
  }

  apply(counter: Uint8Array, bytes: Uint8Array, from: number, to: number): void {
    if (to <= from) return
    const stream = this.stream(counter, to - from)
    for (let i = from; i < to; i++) bytes[i] = bytes[i]! ^ stream[i - from]!
  }
}

/** Session keys of one direction, derived with a key derivation rate of zero (RFC 3711 section 4.3). */
export function deriveKey(masterKey: Uint8Array, masterSalt: Uint8Array, label: number, length: number): Buffer {
  const counter = Buffer.alloc(16)
  counter.set(masterSalt)
  counter[7] = counter[7]! ^ label
  return Buffer.from(new CounterMode(masterKey).stream(counter, length).subarray(0, length))
}

interface Half {
  mode: CounterMode
  salt: Buffer
  auth: KeyObject
}

function half(key: Uint8Array, salt: Uint8Array, labels: { key: number; auth: number; salt: number }): Half {
  return {
    mode: new CounterMode(deriveKey(key, salt, labels.key, MASTER_KEY)),
    salt: deriveKey(key, salt, labels.salt, MASTER_SALT),
    // A KeyObject costs a fifth of a raw key in every HMAC.
    auth: createSecretKey(deriveKey(key, salt, labels.auth, 20)),
  }
}

/** Roll-over counter and replay window of one SSRC. `index` is the 48-bit packet index (RFC 3711 section 3.3.1). */
interface Stream {
  index: number
  /** Bit n: index − n was seen. 64 packets as the section 3.3.2 asks, in two words. */
  seenLow: number
  seenHigh: number
}

/** One direction of SRTP and SRTCP (RFC 3711) with the default transforms, as SDES (RFC 4568) negotiates them. */
export class SrtpContext {
  readonly #rtp: Half
  readonly #rtcp: Half
  readonly #tag: number
  readonly #streams = new Map<number, Stream>()
  readonly #counter = Buffer.alloc(16)
  readonly #roc = Buffer.alloc(4)
  #rtcpIndex = 0
  readonly #rtcpSeen = new Map<number, Stream>()

  constructor(suite: SrtpSuite, masterKey: Uint8Array, masterSalt: Uint8Array) {
    this.#tag = TAG[suite]
    this.#rtp = half(masterKey, masterSalt, { key: LABEL.rtpKey, auth: LABEL.rtpAuth, salt: LABEL.rtpSalt })
    this.#rtcp = half(masterKey, masterSalt, { key: LABEL.rtcpKey, auth: LABEL.rtcpAuth, salt: LABEL.rtcpSalt })
  }

  /** Encrypts the RTP packet in `out[0, length)` in place and appends the tag; returns the new length. `out` needs 10 bytes more. */
  protect(out: Buffer, length: number): number {
    const source = ssrc(out)
    const number = sequence(out)
    const stream = this.#stream(source, number)
    const index = guessIndex(stream.index, number)
    if (index > stream.index) stream.index = index
    this.#crypt(out, length, source, index)
    this.#authenticate(this.#rtp, out, length, Math.floor(index / 0x10000)).copy(out, length, 0, this.#tag)
    return length + this.#tag
  }

  /** Checks and decrypts in place; returns the RTP packet's length, or -1 when it is forged, damaged or replayed. */
  unprotect(packet: Buffer, length = packet.length): number {
    const end = length - this.#tag
    if (end < 12) return -1
    const source = ssrc(packet)
    const number = sequence(packet)
    const known = this.#streams.get(source)
    const index = known ? guessIndex(known.index, number) : number
    if (index < 0 || (known && wasSeen(known, index))) return -1
    const tag = this.#authenticate(this.#rtp, packet, end, Math.floor(index / 0x10000))
    if (!equal(tag, packet, end, this.#tag)) return -1
    // Only an authentic packet may open or move a stream.
    see(known ?? this.#stream(source, number), index)
    this.#crypt(packet, end, source, index)
    return end
  }

  protectRtcp(packet: Buffer): Buffer {
    this.#rtcpIndex = (this.#rtcpIndex + 1) & 0x7fffffff
    const length = packet.length
    const out = Buffer.alloc(length + 4 + RTCP_TAG)
    packet.copy(out)
    this.#rtcp.mode.apply(
      this.#iv(this.#rtcp.salt, packet.readUInt32BE(4), 0, this.#rtcpIndex >>> 16, this.#rtcpIndex & 0xffff),
      out,
      8,
      length,
    )
    out.writeUInt32BE((0x80000000 | this.#rtcpIndex) >>> 0, length)
    const tag = createHmac('sha1', this.#rtcp.auth)
      .update(out.subarray(0, length + 4))
      .digest()
    tag.copy(out, length + 4, 0, RTCP_TAG)
    return out
  }

  /** Null when forged, damaged or replayed. */
  unprotectRtcp(packet: Buffer): Buffer | null {
    const end = packet.length - 4 - RTCP_TAG
    if (end < 8) return null
    const tag = createHmac('sha1', this.#rtcp.auth)
      .update(packet.subarray(0, end + 4))
      .digest()
    if (!equal(tag, packet, end + 4, RTCP_TAG)) return null
    const word = packet.readUInt32BE(end)
    const index = word & 0x7fffffff
    const source = packet.readUInt32BE(4)
    const stream = this.#rtcpSeen.get(source) ?? { index: -1, seenLow: 0, seenHigh: 0 }
    if (wasSeen(stream, index)) return null
    see(stream, index)
    this.#rtcpSeen.set(source, stream)
    const out = Buffer.from(packet.subarray(0, end))
    if (word >= 0x80000000)
      this.#rtcp.mode.apply(this.#iv(this.#rtcp.salt, source, 0, index >>> 16, index & 0xffff), out, 8, end)
    return out
  }

  #stream(source: number, number: number): Stream {
    let stream = this.#streams.get(source)
    if (!stream) {
      // A peer has one source, two while it changes: more are a flood of lies that passed the tag, or years of restarts.
      if (this.#streams.size > 16) this.#streams.clear()
      stream = { index: number, seenLow: 0, seenHigh: 0 }
      this.#streams.set(source, stream)
    }
    return stream
  }

  /** The counter block: salt · 2^16 XOR SSRC · 2^64 XOR index · 2^16 (RFC 3711 section 4.1.1). The index comes as three 16-bit words. */
  #iv(salt: Buffer, source: number, high: number, middle: number, low: number): Buffer {
    const counter = this.#counter
    salt.copy(counter)
    counter[14] = 0
    counter[15] = 0
    counter[4] = counter[4]! ^ (source >>> 24)
    counter[5] = counter[5]! ^ (source >>> 16)
    counter[6] = counter[6]! ^ (source >>> 8)
    counter[7] = counter[7]! ^ source
    counter[8] = counter[8]! ^ (high >> 8)
    counter[9] = counter[9]! ^ high
    counter[10] = counter[10]! ^ (middle >> 8)
    counter[11] = counter[11]! ^ middle
    counter[12] = counter[12]! ^ (low >> 8)
    counter[13] = counter[13]! ^ low
    return counter
  }

  #crypt(packet: Buffer, length: number, source: number, index: number): void {
    const roc = Math.floor(index / 0x10000)
    const start = payloadStart(packet, length)
    if (start < 0) return
    this.#rtp.mode.apply(
      this.#iv(this.#rtp.salt, source, roc >>> 16, roc & 0xffff, index & 0xffff),
      packet,
      start,
      length,
    )
  }

  #authenticate(keys: Half, packet: Buffer, length: number, roc: number): Buffer {
    this.#roc.writeUInt32BE(roc >>> 0)
    return createHmac('sha1', keys.auth).update(packet.subarray(0, length)).update(this.#roc).digest()
  }
}

/** The 48-bit index nearest to the highest one that has these low 16 bits (RFC 3711 appendix A). */
function guessIndex(highest: number, number: number): number {
  return highest + (((number - highest) << 16) >> 16)
}

function wasSeen(stream: Stream, index: number): boolean {
  const age = stream.index - index
  if (age < 0) return false
  if (age >= 64) return true
  return age < 32 ? ((stream.seenLow >>> age) & 1) === 1 : ((stream.seenHigh >>> (age - 32)) & 1) === 1
}

function see(stream: Stream, index: number): void {
  const ahead = index - stream.index
  if (ahead > 0) {
    if (ahead >= 64) {
      stream.seenLow = 0
      stream.seenHigh = 0
    } else if (ahead >= 32) {
      stream.seenHigh = ahead === 32 ? stream.seenLow : stream.seenLow << (ahead - 32)
      stream.seenLow = 0
    } else {
      stream.seenHigh = (stream.seenHigh << ahead) | (stream.seenLow >>> (32 - ahead))
      stream.seenLow <<= ahead
    }
    stream.index = index
    stream.seenLow |= 1
    return
  }
  const age = -ahead
  if (age < 32) stream.seenLow |= 1 << age
  else stream.seenHigh |= 1 << (age - 32)
}

/** Constant time over the tag. */
function equal(tag: Buffer, packet: Buffer, at: number, length: number): boolean {
  let difference = 0
  for (let i = 0; i < length; i++) difference |= tag[i]! ^ packet[at + i]!
  return difference === 0
}
