import { BlockList, isIP } from 'node:net'

/** Whether an address is in one of these: addresses or CIDR blocks; names have been resolved before. */
export function addressSet(places: Iterable<string>): { has(address: string): boolean } {
  const list = new BlockList()
  for (const place of places) {
    const [address = '', bits] = place.split('/')
    const family = isIP(address)
    if (family === 0) continue
    const type = family === 6 ? 'ipv6' : 'ipv4'
    const prefix = bits === undefined ? null : Number(bits)
    if (prefix === null) list.addAddress(address, type)
    else if (Number.isInteger(prefix) && prefix >= 0 && prefix <= (family === 6 ? 128 : 32))
      list.addSubnet(address, prefix, type)
  }
  return {
    has(given) {
      const address = given.startsWith('::ffff:') ? given.slice(7) : given
      const family = isIP(address)
      return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
    },
  }
}
