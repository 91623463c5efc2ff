import type { Demo } from '../demo/seed-demo.ts'
import type { Services } from '../services.ts'

const color = process.stdout.isTTY && !process.env.NO_COLOR
const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Runs one step of the start and says what it is, and how long it took where that was noticeable. */
export async function step<T>(name: string, run: (progress: (detail: string) => void) => Promise<T>): Promise<T> {
  const began = Date.now()
  let said = ''
  const announce = (detail: string) => {
    if (said === detail) return
    said = detail
    say(`${paint(2, '·')} ${detail} …`)
  }
  const slow = setTimeout(() => !said && announce(name), 700)
  try {
    return await run(announce)
  } finally {
    clearTimeout(slow)
    const took = Date.now() - began
    if (said && took > 1500) say(`${paint(2, `  done in ${(took / 1000).toFixed(1)} s`)}`)
  }
}

export interface Ready {
  host: string
  /** The address that was asked for, but is not listened on since demonstration passwords are in use. */
  refusedHost: string | null
  port: number
  demo: Demo | null
  /** Where the first administrator takes up the new company; printed once. */
  invitation: string | null
  services: Services
  took: number
}

/** What a person needs to know to begin. */
export function sayReady({ host, refusedHost, port, demo, invitation, services, took }: Ready): void {
  const address =
    services.env.PUBLIC_URL ??
    `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
  say('')
  say(`  ${paint(1, 'Centrala')} is ready ${paint(2, `(${(took / 1000).toFixed(1)} s)`)}`)
  say('')
  say(`  Desk           ${paint(36, address)}`)
  if (demo) {
    say(`  Demo web page  ${paint(36, `${address}/demo`)}   with the chat widget: write as a customer`)
    say('')
    for (const { role, email, password } of demo.signIns) say(`  ${role.padEnd(13)}  ${email.padEnd(26)}  ${password}`)
    say('')
    say(
      `  These passwords are known to everybody, so it listens on this machine only${refusedHost ? `, and not on ${refusedHost} as asked` : ''}.`,
    )
    say('  For real work start with an empty DATA_DIR, DEMO=0 and ADMIN_EMAIL=you@example.com.')
  }
  if (invitation) say(`  Your invitation  ${paint(36, invitation)}   choose your password there; it is shown only now`)
  say(`  API            ${address}/api/docs`)
  say('')
  say('  Ctrl-C stops it.')
}
