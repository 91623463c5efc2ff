import { expect, test } from 'vitest'
import { isPrivate, Latch } from './latch.ts'

const named = { address: '203.0.113.5', port: 4000 }

test('the address in the SDP is believed at once and for good', () => {
  const latch = new Latch(null)
  latch.name(named, 0)
  expect(latch.accepts('203.0.113.5', 4000, 10)).toBe(true)
  expect(latch.settled(10)).toBe(true)
  expect(latch.accepts('203.0.113.5', 4002, 20)).toBe(false)
  expect(latch.accepts('198.51.100.1', 4000, 20_000)).toBe(false)
})

test('a stranger is not believed while the named address may still speak, and is when it stays silent', () => {
  const latch = new Latch(null)
  latch.name(named, 0)
  expect(latch.accepts('198.51.100.1', 9, 500)).toBe(false)
  expect(latch.accepts('198.51.100.1', 9, 1500)).toBe(true)
  expect(latch.target).toEqual({ address: '198.51.100.1', port: 9 })
  expect(latch.settled(1600)).toBe(false)
  expect(latch.accepts('198.51.100.2', 9, 1600)).toBe(false)
  // The named one comes late, but in time.
  expect(latch.accepts('203.0.113.5', 4000, 3000)).toBe(true)
  expect(latch.accepts('198.51.100.1', 9, 3100)).toBe(false)
})

test('a caller who never speaks is not given up to whoever tries ports later', () => {
  const latch = new Latch(null)
  latch.name(named, 0)
  expect(latch.accepts('198.51.100.1', 9, 30_000)).toBe(false)
  expect(latch.target).toEqual(named)
})

test('behind NAT: the signalling address is believed at once for a private SDP', () => {
  const latch = new Latch('198.51.100.7')
  latch.name({ address: '192.168.1.2', port: 4000 }, 0)
  expect(latch.accepts('198.51.100.7', 31_337, 10)).toBe(true)
  expect(latch.settled(4000)).toBe(false)
  expect(latch.settled(6000)).toBe(true)
})

test('before anything is known only the signalling address may speak', () => {
  const latch = new Latch('198.51.100.7')
  expect(latch.accepts('203.0.113.9', 1, 0)).toBe(false)
  expect(latch.accepts('198.51.100.7', 1, 0)).toBe(true)
  expect(latch.target).toBeNull()
})

test('after silence the same machine may come back from another port, nobody else', () => {
  const latch = new Latch(null)
  latch.name(named, 0)
  latch.accepts('203.0.113.5', 4000, 10)
  latch.reopen(10_000)
  expect(latch.accepts('198.51.100.1', 9, 10_100)).toBe(false)
  expect(latch.accepts('198.51.100.1', 9, 60_000)).toBe(false)
  expect(latch.accepts('203.0.113.5', 4444, 60_200)).toBe(true)
  expect(latch.target).toEqual({ address: '203.0.113.5', port: 4444 })
})

test.each([
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['100.64.0.1', true],
  ['192.168.0.1', true],
  ['8.8.8.8', false],
  ['fe80::1', true],
  ['fd00::1', true],
  ['::1', true],
  ['2001:db8::1', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivate(address)).toBe(expected)
})
