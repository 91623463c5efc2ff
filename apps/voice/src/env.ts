import { createHash } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'

const number = (min: number, max: number) =>
  z.coerce
    .number(`Write a number from ${min} to ${max}.`)
    .int('Write a whole number.')
    .min(min, `Write a number from ${min} to ${max}.`)
    .max(max, `Write a number from ${min} to ${max}.`)
const port = number(0, 65_535)
const address = z.string().regex(/^[0-9a-fA-F.:]+$/, 'Write a numeric address such as 192.0.2.10 or ::.')
const flag = z.enum(['0', '1'], 'Write 1 or 0.').transform(value => value === '1')

const Env = z.object({
  /** The server that this node works for. */
  SERVER_URL: z
    .url({ protocol: /^https?$/, error: 'Write the address of the server, such as http://127.0.0.1:3000.' })
    .transform(value => value.replace(/\/+$/, ''))
    .default('http://127.0.0.1:3000'),
  /** What the server knows its nodes by; `npm start` hands it on. */
  NODE_TOKEN: z.string('Write the token that the server shows for its voice nodes.').min(16, 'Write the whole token.'),
  NODE_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'Write a short name such as "voice-1"; it must stay the same over restarts.')
    .optional(),
  LISTEN_ADDRESS: address.default('0.0.0.0'),
  /** Written into SIP and SDP where the machine is behind NAT, or listens on every address. */
  PUBLIC_ADDRESS: address.optional(),
  /** 0: none. */
  SIP_UDP_PORT: port.default(5060),
  SIP_TCP_PORT: port.default(5060),
  SIP_TLS_PORT: port.default(0),
  /** SIP over WebSocket (RFC 7118), plain and by TLS. */
  SIP_WS_PORT: port.default(0),
  SIP_WSS_PORT: port.default(0),
  /** PEM files. */
  SIP_TLS_KEY: z.string().optional(),
  SIP_TLS_CERT: z.string().optional(),
  /** Take the next free port where the one wanted is taken. */
  SIP_PORT_SEARCH: flag.default(false),
  MEDIA_PORT_FROM: number(1024, 65_534).default(20_000),
  MEDIA_PORT_TO: number(1025, 65_535).default(29_999),
  /** 1: audio by the sockets of Node.js even where system calls of our own would cost half (IPv4 on Linux). */
  MEDIA_PORTABLE_SOCKETS: flag.default(false),
  /** Ports of browsers' audio (ICE); the media ports' upper end +1000 where not given. */
  ICE_PORT_FROM: number(1024, 65_534).optional(),
  ICE_PORT_TO: number(1025, 65_535).optional(),
  ICE_PUBLIC_ADDRESS: address.optional(),
  /** `stun:host:port` and `turn:user:password@host:port`, with commas between. */
  ICE_SERVERS: z
    .string()
    .default('')
    .transform(value => value.split(',').filter(Boolean)),
  ICE_TCP: flag.default(false),
  MAX_CALLS: number(1, 100_000).default(400),
  DATA_DIR: z
    .string()
    .min(1, 'Write a folder.')
    .default('.data')
    .transform(value => resolve(value)),
  /** How long running calls may still go on after SIGTERM. */
  DRAIN_SECONDS: number(0, 86_400).default(30),
  /** How long a customer waits for an agent's lost line before the call is routed again. */
  LINE_GRACE_SECONDS: number(1, 300).default(20),
  /** A call without a single packet from the customer for so long is hung up. */
  SILENT_SECONDS: number(5, 86_400).default(300),
  /** A node that has heard nothing of its server for so long, and has no call, ends. 0: never; `npm start` sets it for the node beside the server. */
  ALONE_SECONDS: number(0, 86_400).default(0),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'Write fatal, error, warn, info, debug, trace or silent.',
    )
    .default('info'),
})
export type Env = z.infer<typeof Env> & { NODE_ID: string }

/** The settings of the process. A bad value is refused with a sentence that says what to write. */
export function readEnv(
  source: Record<string, string | undefined>,
): { ok: true; env: Env } | { ok: false; sentences: string[] } {
  const known = Object.fromEntries(
    Object.keys(Env.shape).map(name => [name, source[name] === '' ? undefined : source[name]]),
  )
  const parsed = Env.safeParse(known)
  if (!parsed.success)
    return {
      ok: false,
      sentences: parsed.error.issues.map(issue => {
        const name = String(issue.path[0])
        const given = name === 'NODE_TOKEN' ? '' : (source[name] ?? '')
        return `${name}="${given}" is not understood. ${issue.message}`
      }),
    }
  const env: Env = { ...parsed.data, NODE_ID: parsed.data.NODE_ID ?? ownName(parsed.data.DATA_DIR) }
  if (env.LISTEN_ADDRESS === '0.0.0.0' || env.LISTEN_ADDRESS === '::')
    env.PUBLIC_ADDRESS ??= ownAddress(env.LISTEN_ADDRESS)
  const sentences: string[] = []
  if (env.MEDIA_PORT_TO <= env.MEDIA_PORT_FROM)
    sentences.push('MEDIA_PORT_TO must be greater than MEDIA_PORT_FROM: two ports are needed for each leg of a call.')
  if ((env.SIP_TLS_PORT !== 0 || env.SIP_WSS_PORT !== 0) && !(env.SIP_TLS_KEY && env.SIP_TLS_CERT))
    sentences.push('SIP_TLS_PORT and SIP_WSS_PORT need SIP_TLS_KEY and SIP_TLS_CERT: the names of two PEM files.')
  return sentences.length > 0 ? { ok: false, sentences } : { ok: true, env }
}

/** Of this machine and folder: the same over restarts, and different for nodes of several machines, which all servers know side by side. */
function ownName(dataDir: string): string {
  const folder = createHash('sha256').update(dataDir).digest('hex').slice(0, 4)
  return `voice-${hostname()
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 80)}-${folder}`
}

/** Where others reach a machine that listens on every address of a family: its first one that is neither its own loop nor good for one link alone. */
function ownAddress(listen: string): string {
  const family = listen === '::' ? 'IPv6' : 'IPv4'
  const addresses = Object.values(networkInterfaces()).flatMap(entries => entries ?? [])
  const fitting = addresses.find(one => !one.internal && one.family === family && !one.address.startsWith('fe80:'))
  return fitting?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}
