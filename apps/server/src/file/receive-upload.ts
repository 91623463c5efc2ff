import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { fileTypeFromBuffer } from 'file-type'
import { badField, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'

export interface UploadedFile {
  id: string
  name: string
  mediaType: string
  size: number
}

/** So much of a file is looked at to tell its type. */
const HEAD_BYTES = 256 * 1024

/**
 * Takes one uploaded file: its bytes are on disk before it is known, and no more than its beginning is ever in memory, since anybody on the web
 * may send many at once. Its type is read from the bytes, not believed from the sender.
 */
export async function receiveUpload(
  services: Services,
  tenantId: string,
  conversationId: string,
  request: FastifyRequest,
): Promise<UploadedFile> {
  const part = request.isMultipart() ? await request.file() : undefined
  if (part?.fieldname !== 'file') throw badField('file', 'Send one file as multipart/form-data in the field "file".')
  const head: Buffer[] = []
  let seen = 0
  async function* content() {
    for await (const chunk of part!.file as AsyncIterable<Buffer>) {
      if (seen < HEAD_BYTES) head.push(chunk)
      seen += chunk.length
      yield chunk
    }
    // The parser cuts at the limit and goes on.
    if (part!.file.truncated) throw new Refusal(413, 'file.tooLarge', 'The file is larger than 25 MiB.')
    if (seen === 0) throw new Refusal(400, 'file.empty', 'The file is empty. Choose another.')
  }
  const name = safeName(part.filename)
  const { sha256, size } = await services.blobs.put(tenantId, Readable.from(content()))
  const beginning = Buffer.concat(head)
  const known = await fileTypeFromBuffer(beginning)
  const mediaType = known?.mime ?? (isText(beginning) ? 'text/plain' : 'application/octet-stream')
  const { id } = await services.db.tenant(tenantId, tx =>
    tx.db
      .insertInto('file')
      .values({ conversationId, name, mediaType, size, sha256 })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  return { id, name, mediaType, size }
}

/** A name without folders or control characters, of bearable length. */
export function safeName(name: string | undefined): string {
  const last = (name ?? '').split(/[\\/]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being removed
  const clean = last.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '').trim()
  return clean.slice(-150) || 'file'
}

function isText(content: Buffer): boolean {
  return !content.subarray(0, 1024).includes(0)
}
