import { createHmac } from 'node:crypto'

/** A code of the authenticator app (RFC 6238: HMAC-SHA-1, 30 s, six digits) for the secret in an otpauth address. `steps` away from now. */
export function totp(uri: string, steps = 0): string {
  const secret = fromBase32(new URL(uri).searchParams.get('secret') ?? '')
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

function fromBase32(text: string): Buffer {
  const bits = [...text.replace(/=+$/, '')]
    .map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
}

/** A browser as far as sign-in needs one: keeps cookies, names its origin, follows nothing by itself. */
export function createBrowser(origin: string) {
  const cookies = new Map<string, string>()
  return {
    cookies,
    get cookie() {
      return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    },
    async go(address: string, init: { method?: string; body?: unknown; headers?: Record<string, string> } = {}) {
      const { method = init.body === undefined ? 'GET' : 'POST', body, headers } = init
      const response = await fetch(new URL(address, origin), {
        method,
        redirect: 'manual',
        headers: {
          ...(cookies.size > 0 && { cookie: this.cookie }),
          ...(method !== 'GET' && { origin, 'content-type': 'application/json' }),
          ...headers,
        },
        ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
      })
      for (const line of response.headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split('; ')
        const at = pair.indexOf('=')
        if (attributes.includes('Max-Age=0')) cookies.delete(pair.slice(0, at))
        else cookies.set(pair.slice(0, at), pair.slice(at + 1))
      }
      return response
    },
  }
}
export type Browser = ReturnType<typeof createBrowser>

/** The code and status of a refusal. */
export async function problem(
  response: Response,
): Promise<{ status: number; code: string; retryAfterSeconds?: number }> {
  const { code, retryAfterSeconds } = (await response.json()) as { code: string; retryAfterSeconds?: number }
  return { status: response.status, code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
}
