import { getFile } from '@centrala/api/conversation.ts'
import type { Message } from '@centrala/api/message.ts'
import { Download, File, FileAudio, FileImage, FileText, FileVideo } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useFormat } from '../../i18n/format.ts'

type FileInfo = Message['files'][number]

const IMAGE = /^image\/(png|jpeg|gif|webp|avif|bmp)$/

export function fileIcon(mediaType: string) {
  if (mediaType.startsWith('image/')) return FileImage
  if (mediaType.startsWith('audio/')) return FileAudio
  if (mediaType.startsWith('video/')) return FileVideo
  return /pdf|text|word|document/.test(mediaType) ? FileText : File
}

/** The files of a message: pictures small and pressed to see, the rest by name and size. */
export function Attachments({ files }: { files: readonly FileInfo[] }) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const [shown, setShown] = useState<FileInfo | null>(null)
  const address = (id: string, download = false) =>
    api.url(getFile, { params: { id }, query: download ? { download: 'true' } : {} })
  const images = files.filter(file => IMAGE.test(file.mediaType))
  const others = files.filter(file => !IMAGE.test(file.mediaType))
  if (files.length === 0) return null
  return (
    <ul aria-label={t('files.label')} className="flex flex-wrap gap-1.5">
      {images.map(file => (
        <li key={file.id}>
          <button
            type="button"
            onClick={() => setShown(file)}
            aria-label={t('files.show', { name: file.name })}
            className="block overflow-hidden rounded-md ring-1 ring-line"
          >
            <img
              src={address(file.id)}
              alt=""
              loading="lazy"
              className="h-28 w-auto min-w-16 max-w-64 bg-sunken object-cover"
            />
          </button>
        </li>
      ))}
      {others.map(file => {
        const Icon = fileIcon(file.mediaType)
        return (
          <li key={file.id}>
            <a
              href={address(file.id, true)}
              download={file.name}
              className="flex max-w-64 items-center gap-2 rounded-md bg-surface px-2.5 py-1.5 ring-1 ring-line ring-inset transition-colors hover:bg-hover"
            >
              <Icon size={18} aria-hidden className="shrink-0 text-muted" />
              <span className="min-w-0">
                <span className="block truncate font-medium">{file.name}</span>
                <span className="figures block text-muted text-xs">{format.bytes(file.size)}</span>
              </span>
              <Download size={14} aria-hidden className="ml-1 shrink-0 text-faint" />
            </a>
          </li>
        )
      })}
      <Dialog
        open={shown !== null}
        onClose={() => setShown(null)}
        width="lg"
        title={shown?.name ?? ''}
        footer={
          shown && (
            <Button asChild>
              <a href={address(shown.id, true)} download={shown.name}>
                <Download size={16} aria-hidden />
                {t('files.download')}
              </a>
            </Button>
          )
        }
      >
        {shown && <img src={address(shown.id)} alt={shown.name} className="mx-auto max-h-[60vh] rounded-md" />}
      </Dialog>
    </ul>
  )
}
