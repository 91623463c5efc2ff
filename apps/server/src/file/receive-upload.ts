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

/** Takes one uploaded file: its bytes are on disk before it is known. Its type is read from the bytes, not believed from the sender. */
export async function receiveUpload(
  services: Services,
  tenantId: string,
  conversationId: string,
  request: FastifyRequest,
): Promise<UploadedFile> {
  const part = request.isMultipart() ? await request.file() : undefined
  if (part?.fieldname !== 'file') throw badField('file', 'Send one file as multipart/form-data in the field "file".')
  const content = await part.toBuffer()
  // The parser cuts at the limit and does not always say so by itself.
  if (part.file.truncated) throw new Refusal(413, 'file.tooLarge', 'The file is larger than 25 MiB.')
  if (content.length === 0) throw new Refusal(400, 'file.empty', 'The file is empty. Choose another.')
  const name = safeName(part.filename)
  const known = await fileTypeFromBuffer(content)
  const mediaType = known?.mime ?? (isText(content) ? 'text/plain' : 'application/octet-stream')
  const { sha256, size } = await services.blobs.put(tenantId, content)
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
