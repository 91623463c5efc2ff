import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'

/** Linux system calls by their C names; each returns -1 on failure, and then `errno` says why. Only literal bytes go in: addresses as `sockaddr_in`. */
export interface SystemCalls {
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  connect(fd: number, address: Uint8Array, length: number): number
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number
  sendto(fd: number, bytes: Uint8Array, length: number, flags: number, address: Uint8Array, size: number): number
  recv(fd: number, bytes: Uint8Array, room: number, flags: number): number
  recvfrom(fd: number, bytes: Uint8Array, room: number, flags: number, address: Uint8Array, size: Uint8Array): number
  close(fd: number): number
  epoll_create1(flags: number): number
  epoll_ctl(epoll: number, operation: number, fd: number, event: Uint8Array): number
  epoll_wait(epoll: number, events: Uint8Array, most: number, timeoutMs: number): number
  /** Name of the last failure: `EAGAIN`. */
  errno(): string
}

/** The processors whose Linux has the same numbers for all that is called here. */
const KNOWN: readonly string[] = ['x64', 'arm64']

let loaded: SystemCalls | null | undefined

/** Null where this machine is no Linux we know, or the library that calls C is not installed. */
export function systemCalls(): SystemCalls | null {
  loaded ??= process.platform === 'linux' && KNOWN.includes(process.arch) ? load() : null
  return loaded
}

function load(): SystemCalls | null {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const libc = koffi.load(null)
    return {
      socket: libc.func('int socket(int, int, int)'),
      bind: libc.func('int bind(int, const void *, uint32_t)'),
      connect: libc.func('int connect(int, const void *, uint32_t)'),
      setsockopt: libc.func('int setsockopt(int, int, int, const void *, uint32_t)'),
      send: libc.func('intptr_t send(int, const void *, size_t, int)'),
      sendto: libc.func('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)'),
      recv: libc.func('intptr_t recv(int, void *, size_t, int)'),
      recvfrom: libc.func('intptr_t recvfrom(int, void *, size_t, int, void *, void *)'),
      close: libc.func('int close(int)'),
      epoll_create1: libc.func('int epoll_create1(int)'),
      epoll_ctl: libc.func('int epoll_ctl(int, int, int, const void *)'),
      epoll_wait: libc.func('int epoll_wait(int, void *, int, int)'),
      errno: () => getSystemErrorName(-koffi.errno()),
    }
  } catch {
    return null
  }
}
