import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface StoredBlob {
  sha256: string
  size: number
}

/** Bytes by their hash, apart per tenant. A folder by default. */
export interface BlobStore {
  /** Resolves when the bytes are safely on disk. Rejects with `BlobTooLarge` past `limit`, leaving nothing. */
  put(tenantId: string, content: Uint8Array | Readable, limit?: number): Promise<StoredBlob>
  /** A stream of the bytes, or of those from `start` up to and without `end`; rejects when there are none. */
  get(tenantId: string, sha256: string, range?: { start: number; end: number }): Promise<Readable>
  remove(tenantId: string, sha256: string): Promise<void>
}

export class BlobTooLarge extends Error {
  constructor(limit: number) {
    super(`The file is larger than ${limit} bytes.`)
    this.name = 'BlobTooLarge'
  }
}

/** A blob store in a folder: tenant/first two digits/hash. */
export function folderBlobStore(folder: string): BlobStore {
  const place = (tenantId: string, sha256: string) => join(folder, tenantId, sha256.slice(0, 2), sha256)
  return {
    async put(tenantId, content, limit = Number.POSITIVE_INFINITY) {
      const incoming = join(folder, tenantId, 'incoming')
      await mkdir(incoming, { recursive: true })
      const draft = join(incoming, randomUUID())
      const hash = createHash('sha256')
      let size = 0
      const measure = new Transform({
        transform(chunk: Buffer, _, next) {
          size += chunk.length
          hash.update(chunk)
          next(size > limit ? new BlobTooLarge(limit) : null, chunk)
        },
      })
      try {
        const source = content instanceof Readable ? content : Readable.from([Buffer.from(content)])
        await pipeline(source, measure, createWriteStream(draft, { flush: true }))
        const sha256 = hash.digest('hex')
        const target = place(tenantId, sha256)
        await mkdir(join(target, '..'), { recursive: true })
        await rename(draft, target)
        const directory = await open(join(target, '..'))
        await directory.sync().finally(() => directory.close())
        return { sha256, size }
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },
    async get(tenantId, sha256, range) {
      const path = place(tenantId, sha256)
      await stat(path)
      if (range && range.end <= range.start) return Readable.from([])
      return createReadStream(path, range ? { start: range.start, end: range.end - 1 } : {})
    },
    async remove(tenantId, sha256) {
      await rm(place(tenantId, sha256), { force: true })
    },
  }
}
