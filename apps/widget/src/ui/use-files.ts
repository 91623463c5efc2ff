import type { WebchatFile } from '@centrala/api/webchat.ts'
import { newId } from '../outbox.ts'
import type { Upload } from '../state.ts'
import { uploadFile } from '../upload.ts'
import { useWidget } from './context.ts'

const MOST_BYTES = 25 * 1024 * 1024

/** Sends files, each with its progress, as one message when all have arrived. Those that failed stay, saying why. */
export function useFiles(): (files: File[]) => void {
  const { store, chat, origin, key } = useWidget()

  function change(id: string, next: Partial<Upload> | null): void {
    store.set({
      uploads: store.get().uploads.flatMap(upload => (upload.id !== id ? upload : next ? { ...upload, ...next } : [])),
    })
  }

  function fail(id: string, file: File, error: unknown): void {
    const { voice } = store.get()
    const reason = error instanceof Error ? error.message : ''
    change(id, { problem: `${voice.say(voice.words.fileFailed, { name: file.name })} ${reason}`.trim() })
  }

  async function one(id: string, file: File): Promise<WebchatFile | null> {
    const { voice } = store.get()
    if (file.size > MOST_BYTES) {
      change(id, { problem: voice.say(voice.words.tooLarge, { name: file.name }) })
      return null
    }
    try {
      const ticket = await chat.ticket()
      const url = `${origin}/api/webchat/${key}/files`
      const stored = await uploadFile(url, ticket, file, progress => change(id, { progress }))
      change(id, null)
      return stored
    } catch (error) {
      fail(id, file, error)
      return null
    }
  }

  return files => {
    const chosen = files.slice(0, 10).map(file => ({ id: newId(), file }))
    if (chosen.length === 0) return
    const uploads = chosen.map(({ id, file }) => ({ id, name: file.name, progress: 0, problem: null }))
    store.set({ uploads: [...store.get().uploads, ...uploads] })
    const begun = chat.begin()
    begun.catch((why: Error) => {
      for (const { id, file } of chosen) fail(id, file, why)
    })
    begun.then(
      async () => {
        const sent: WebchatFile[] = []
        for (const { id, file } of chosen) {
          const stored = await one(id, file)
          if (stored) sent.push(stored)
        }
        if (sent.length > 0) chat.write('', sent)
      },
      () => {},
    )
  }
}
