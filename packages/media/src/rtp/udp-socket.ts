/** A bound UDP socket, as a port pair needs it. Opened by UdpSockets (udp-sockets.ts), bound already; faults nobody waits for go to the `onFault` it was opened with. */
export interface UdpSocket {
  /** What comes: from the far end once connected, else from anybody. The packet is the receiver's to write into until it returns, and is then used again. `nowMs`: monotonic arrival. */
  onPacket: (packet: Buffer, nowMs: number, address: string, port: number) => void
  /** To the address it is connected to. The packet may be used again at once. */
  send(packet: Buffer): void
  sendTo(packet: Buffer, port: number, address: string): void
  /** From now on the kernel drops everybody else's packets. False: it could not be done. */
  connect(port: number, address: string): boolean
  disconnect(): void
  /** Resolves once the port is free; nothing is sent or heard from now on. */
  close(): Promise<void>
}

/** Room for what comes while the process is busy: some 80 packets. */
export const RECEIVE_BUFFER = 64 * 1024

/** What the network tells of a far end that is not there: the call ends by signalling, not by that. */
export const UNREACHABLE: readonly string[] = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']
