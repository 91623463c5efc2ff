import type { WebchatFile } from '@centrala/api/webchat.ts'

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
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onload = () => {
      if (request.status === 200) resolve(request.response as WebchatFile)
      else reject(new Error((request.response as { detail?: string } | null)?.detail ?? ''))
    }
    request.onerror = () => reject(new Error(''))
    const form = new FormData()
    form.set('file', file, file.name)
    request.send(form)
  })
}
