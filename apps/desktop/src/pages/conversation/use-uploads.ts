import { uploadFile } from '@centrala/api/conversation.ts'
import { useCallback, useRef, useState } from 'react'
import { api } from '../../api.ts'
import type { DraftFile } from './drafts.ts'

export interface Upload {
  key: string
  name: string
  /** The server's words, when it refused the file. */
  error: string | null
}

/** Largest file the server takes, in bytes. */
export const FILE_LIMIT = 25 * 1024 * 1024

/** Uploads files beside the writing; each that arrives is given to `onFile`. */
export function useUploads(conversationId: string, tooLarge: string, onFile: (file: DraftFile) => void) {
  const [uploads, setUploads] = useState<Upload[]>([])
  const latest = useRef(onFile)
  latest.current = onFile
  const drop = useCallback((key: string) => setUploads(list => list.filter(one => one.key !== key)), [])
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const key = crypto.randomUUID()
        const refuse = (error: string) =>
          setUploads(list => list.map(one => (one.key === key ? { ...one, error } : one)))
        setUploads(list => [...list, { key, name: file.name, error: file.size > FILE_LIMIT ? tooLarge : null }])
        if (file.size > FILE_LIMIT) continue
        api.upload(uploadFile, { query: { conversationId } }, file, file.name).then(
          stored => {
            drop(key)
            latest.current(stored)
          },
          (error: Error) => refuse(error.message),
        )
      }
    },
    [conversationId, tooLarge, drop],
  )
  return { uploads, add, drop, busy: uploads.some(one => one.error === null) }
}
