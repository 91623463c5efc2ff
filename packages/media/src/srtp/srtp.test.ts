import { describe, expect, test } from 'vitest'
import { contextOf, inline, newCrypto, readCrypto } from './sdes.ts'
import { deriveKey, SrtpContext } from './srtp.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const KEY = hex('E1F97A0D3E018BE0D64FA32C06DE4139')
const SALT = hex('0EC675AD498AFEEBB6960B3AABE6')

test('keys are derived as in RFC 3711 appendix B.3', () => {
  expect(deriveKey(KEY, SALT, 0, 16)).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'))
  expect(deriveKey(KEY, SALT, 2, 14)).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'))
  expect(deriveKey(KEY, SALT, 1, 20)).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'))
})

/** From libsrtp's self test (srtp_validate), which its interoperating peers share. */
const PLAIN = hex('800f1234decafbadcafebabeabababababababababababababababab')
const PROTECTED = hex('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb')

test('a packet becomes byte for byte what libsrtp makes of it, and back', () => {
  const out = Buffer.alloc(100)
  PLAIN.copy(out)
  const length = new SrtpContext('AES_CM_128_HMAC_SHA1_80', KEY, SALT).protect(out, PLAIN.length)
  expect(out.subarray(0, length)).toEqual(PROTECTED)
  const packet = Buffer.from(PROTECTED)
  const plain = new SrtpContext('AES_CM_128_HMAC_SHA1_80', KEY, SALT).unprotect(packet)
  expect(packet.subarray(0, plain)).toEqual(PLAIN)
})

function packetOf(sequence: number): Buffer {
  const packet = Buffer.from(PLAIN)
  packet.writeUInt16BE(sequence & 0xffff, 2)
  return packet
}

function protectedBy(context: SrtpContext, sequence: number): Buffer {
  const out = Buffer.alloc(64)
  const plain = packetOf(sequence)
  plain.copy(out)
  return Buffer.from(out.subarray(0, context.protect(out, plain.length)))
}

describe.each(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const)('%s', suite => {
  const both = (): [SrtpContext, SrtpContext] => [new SrtpContext(suite, KEY, SALT), new SrtpContext(suite, KEY, SALT)]

  test('goes on when the sequence number starts again, also out of order and with losses', () => {
    const [sender, receiver] = both()
    const packets = Array.from({ length: 400 }, (_, i) => protectedBy(sender, 65_300 + i))
    for (let i = 0; i + 1 < packets.length; i += 2) {
      const order = i % 6 === 0 ? [i + 1, i] : i % 10 === 0 ? [i] : [i, i + 1]
      for (const at of order) {
        const packet = Buffer.from(packets[at]!)
        const length = receiver.unprotect(packet)
        expect(packet.subarray(0, length)).toEqual(packetOf(65_300 + at))
      }
    }
  })

  test('takes no packet twice, none that is too old, and none with a bit changed', () => {
    const [sender, receiver] = both()
    const packets = Array.from({ length: 200 }, (_, i) => protectedBy(sender, i))
    for (const packet of packets.slice(100)) expect(receiver.unprotect(Buffer.from(packet))).toBeGreaterThan(0)
    expect(receiver.unprotect(Buffer.from(packets[150]!))).toBe(-1)
    expect(receiver.unprotect(Buffer.from(packets[100]!))).toBe(-1)
    const next = protectedBy(sender, 200)
    for (let bit = 0; bit < next.length * 8; bit++) {
      const damaged = Buffer.from(next)
      damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7))
      expect(receiver.unprotect(damaged)).toBe(-1)
    }
    expect(receiver.unprotect(next)).toBe(28)
    for (let length = 0; length < 30; length++) expect(receiver.unprotect(Buffer.alloc(length, 0x80))).toBe(-1)
  })

  test('protects RTCP, each report once', () => {
    const [sender, receiver] = both()
    const report = hex('80c80006 decafbad 0102030405060708 0910111213141516 00000001')
    const sealed = sender.protectRtcp(report)
    expect(sealed.subarray(8, report.length)).not.toEqual(report.subarray(8))
    expect(receiver.unprotectRtcp(sealed)).toEqual(report)
    expect(receiver.unprotectRtcp(sealed)).toBeNull()
    const damaged = sender.protectRtcp(report)
    damaged[12] = damaged[12]! ^ 1
    expect(receiver.unprotectRtcp(damaged)).toBeNull()
  })
})

test('a crypto line is read as written, and refused when it wants what we do not do', () => {
  const ours = newCrypto(3, 'AES_CM_128_HMAC_SHA1_80')
  const read = readCrypto({ id: 3, suite: ours.suite, config: `${inline(ours)}|2^20` })!
  const sealed = protectedBy(contextOf(ours), 7)
  expect(contextOf(read).unprotect(sealed)).toBe(28)
  for (const bad of [
    { suite: 'F8_128_HMAC_SHA1_80' },
    { config: 'inline:short' },
    { config: `${inline(ours)}|2^20|1:4` },
    { config: `${inline(ours)};${inline(ours)}` },
    { sessionConfig: 'UNENCRYPTED_SRTP' },
  ])
    expect(readCrypto({ id: 3, suite: ours.suite, config: inline(ours), ...bad })).toBeNull()
})
