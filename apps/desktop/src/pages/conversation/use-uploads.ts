import { uploadFile } from '@centrala/api/conversation.ts'
import { useCallback, useRef, useState } from 'react'
import { api } from '../../api.ts'
import { problemWords } from '../../i18n/problem-words.ts'
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
  const onTheWay = useRef(new Map<string, AbortController>())
  /** What is taken away while it is on its way must not arrive either. */
  const drop = useCallback((key: string) => {
    onTheWay.current.get(key)?.abort()
    onTheWay.current.delete(key)
    setUploads(list => list.filter(one => one.key !== key))
  }, [])
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const key = crypto.randomUUID()
        const refuse = (error: string) =>
          setUploads(list => list.map(one => (one.key === key ? { ...one, error } : one)))
        setUploads(list => [...list, { key, name: file.name, error: file.size > FILE_LIMIT ? tooLarge : null }])
        if (file.size > FILE_LIMIT) continue
        const way = new AbortController()
        onTheWay.current.set(key, way)
        api.upload(uploadFile, { query: { conversationId } }, file, file.name, way.signal).then(
          stored => {
            if (!onTheWay.current.delete(key)) return
            drop(key)
            latest.current(stored)
          },
          (error: unknown) => refuse(problemWords(error)),
        )
      }
    },
    [conversationId, tooLarge, drop],
  )
  return { uploads, add, drop, busy: uploads.some(one => one.error === null) }
}
