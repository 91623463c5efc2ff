import type { WebchatFile } from '@centrala/api/webchat.ts'

/** Without a byte moving for so long, a file is given up. */
const STALLED_MS = 60_000

/** Sends one file with its progress (0 to 1). Rejects with the server's own sentence where it gives one. */
export function uploadFile(
  url: string,
  ticket: string,
  file: File,
  onProgress: (share: number) => void,
): Promise<WebchatFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('authorization', `Bearer ${ticket}`)
    request.responseType = 'json'
    let stalled = 0
    const moves = () => {
      clearTimeout(stalled)
      stalled = window.setTimeout(() => request.abort(), STALLED_MS)
    }
    moves()
    request.upload.onprogress = ({ loaded, total }) => {
      moves()
      onProgress(total > 0 ? loaded / total : 0)
    }
    request.onload = () => {
      // A page from a proxy says 200 too, but names no file.
      const said = request.response as (WebchatFile & { detail?: string }) | null
      if (request.status === 200 && said?.id) resolve(said)
      else reject(new Error(said?.detail ?? ''))
    }
    request.onerror = request.onabort = () => reject(new Error(''))
    request.onloadend = () => clearTimeout(stalled)
    const form = new FormData()
    form.set('file', file, file.name)
    request.send(form)
  })
}
