import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Where others reach a server that listens: at its address, or, where that is every address, at the machine's first one that is not its own loop. */
export function ownUrl(server: Server): string {
  const { address, port } = server.address() as AddressInfo
  const host = address === '::' || address === '0.0.0.0' ? firstAddress() : address
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(entries => entries ?? [])
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1'
}
