import { imageSources } from '@centrala/channels/email/html.ts'
import type { Tx } from '@centrala/store/database.ts'
import { AddressRefused } from '../net/address.ts'
import { fetchPublic } from '../net/fetch-public.ts'
import { found, Refusal } from '../refusal.ts'

const MOST_BYTES = 10 * 1024 * 1024
const MOST_REDIRECTS = 3
/** What a browser shows as a picture and cannot run: SVG is left out. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)$/

export interface RemoteImage {
  mediaType: string
  content: Buffer
}

/** Refuses every address that does not stand as an image in this mail: the server fetches nothing else for anybody. */
export async function requireImageOf(tx: Tx, messageId: string, url: string): Promise<void> {
  const message = found(
    await tx.db.selectFrom('message').select('html').where('id', '=', messageId).executeTakeFirst(),
    'message',
  )
  if (!imageSources(message.html ?? '').has(url))
    throw new Refusal(404, 'image.notFound', 'There is no such image in this mail.')
}

/** Fetches a picture from a public address, over at most three redirects, each checked anew. */
export async function fetchRemoteImage(url: string, allowPrivate: boolean): Promise<RemoteImage> {
  const get = fetchPublic(allowPrivate, { mostBytes: MOST_BYTES, redirect: 'manual' })
  let at = url.startsWith('//') ? `https:${url}` : url
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await get(at, { headers: { accept: 'image/*', 'user-agent': 'Centrala' } }).catch(error => {
      throw error instanceof AddressRefused
        ? new Refusal(403, error.code, error.message, { phrase: error.phrase })
        : unreachable()
    })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location) {
      const next = URL.canParse(location, at) ? new URL(location, at) : null
      if (!next || !/^https?:$/.test(next.protocol)) throw unreachable()
      at = next.href
      continue
    }
    const mediaType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (!response.ok || !PICTURES.test(mediaType)) throw unreachable()
    return { mediaType, content: Buffer.from(await response.arrayBuffer()) }
  }
  throw unreachable()
}

const unreachable = () =>
  new Refusal(502, 'image.unreachable', 'The image could not be had from its server. The mail can be read without it.')
