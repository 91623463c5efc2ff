import { expect, test } from 'vitest'
import { isPublicAddress, resolvePublic } from './address.ts'

test.each([
  ['8.8.8.8', 'a public IPv4 address'],
  ['2606:4700:4700::1111', 'a public IPv6 address'],
  ['::ffff:8.8.8.8', 'a public address, mapped'],
  ['64:ff9b::808:808', 'a public address behind NAT64'],
  ['2002:0808:0808::1', 'a public address in 6to4'],
])('%s is public: %s', address => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback, its far end'],
  ['0.0.0.0', 'this host'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'the cloud’s metadata service'],
  ['100.64.0.1', 'carrier NAT'],
  ['192.0.0.192', 'IETF protocol assignments (a metadata service too)'],
  ['198.18.0.1', 'benchmarking'],
  ['203.0.113.5', 'documentation'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['240.0.0.1', 'reserved'],
  ['::1', 'loopback'],
  ['::', 'unspecified'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with its zone'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'a metadata service over IPv6'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['::ffff:127.0.0.1', 'loopback, mapped'],
  ['::ffff:7f00:1', 'loopback, mapped and in hexadecimal'],
  ['::ffff:a9fe:a9fe', 'metadata, mapped'],
  ['::127.0.0.1', 'loopback, IPv4-compatible'],
  ['64:ff9b::7f00:1', 'loopback behind NAT64'],
  ['64:ff9b::a9fe:a9fe', 'metadata behind NAT64'],
  ['64:ff9b:1::1', 'NAT64 for local use'],
  ['2002:7f00:1::', 'loopback in 6to4'],
  ['2002:a9fe:a9fe::1', 'metadata in 6to4'],
  ['2001:0:7f00:1::', 'Teredo'],
  ['2001:db8::1', 'documentation'],
  ['100::1', 'discard-only'],
  ['4000::1', 'not assigned'],
  ['example.com', 'no address at all'],
])('%s is refused: %s', address => {
  expect(isPublicAddress(address)).toBe(false)
})

test('a name with one private address among public ones is refused', async () => {
  const resolve = async () => [
    { address: '8.8.8.8', family: 4 as const },
    { address: '10.0.0.1', family: 4 as const },
  ]
  await expect(resolvePublic('both.example', { allowPrivate: false, resolve })).rejects.toMatchObject({
    code: 'address.private',
  })
  expect(await resolvePublic('both.example', { allowPrivate: true, resolve })).toHaveLength(2)
})

test.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '::1'])('a literal address %s is checked too', async host => {
  await expect(resolvePublic(host, { allowPrivate: false })).rejects.toMatchObject({ code: 'address.private' })
})

test('a name that nobody knows is told in words', async () => {
  const resolve = async () => {
    throw new Error('ENOTFOUND')
  }
  await expect(resolvePublic('nowhere.example', { allowPrivate: false, resolve })).rejects.toThrow('Check its name')
})
