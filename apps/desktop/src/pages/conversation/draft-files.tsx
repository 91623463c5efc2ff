import { CircleAlert, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Spinner } from '../../components/spinner.tsx'
import { useFormat } from '../../i18n/format.ts'
import { fileIcon } from './attachments.tsx'
import type { DraftFile } from './drafts.ts'
import type { Upload } from './use-uploads.ts'

interface DraftFilesProps {
  files: readonly DraftFile[]
  uploads: readonly Upload[]
  onRemove: (id: string) => void
  onDrop: (key: string) => void
}

/** The files that will go with the message, and those still on their way up. */
export function DraftFiles({ files, uploads, onRemove, onDrop }: DraftFilesProps) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  if (files.length + uploads.length === 0) return null
  const chip = 'flex max-w-64 items-center gap-1.5 rounded-md bg-sunken py-1 pr-1 pl-2 text-xs'
  const remove = (name: string, run: () => void) => (
    <button
      type="button"
      aria-label={t('files.remove', { name })}
      onClick={run}
      className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-pressed hover:text-ink"
    >
      <X size={13} aria-hidden />
    </button>
  )
  return (
    <ul aria-label={t('files.label')} className="flex flex-wrap gap-1.5 px-3 pb-2">
      {files.map(file => {
        const Icon = fileIcon(file.mediaType)
        return (
          <li key={file.id} className={chip}>
            <Icon size={15} aria-hidden className="shrink-0 text-muted" />
            <span className="truncate">{file.name}</span>
            <span className="figures shrink-0 text-muted">{format.bytes(file.size)}</span>
            {remove(file.name, () => onRemove(file.id))}
          </li>
        )
      })}
      {uploads.map(upload => (
        <li
          key={upload.key}
          className={`${chip} ${upload.error ? 'bg-bad-soft text-bad-ink' : ''}`}
          role={upload.error ? 'alert' : 'status'}
        >
          {upload.error ? <CircleAlert size={15} aria-hidden className="shrink-0" /> : <Spinner size={14} />}
          <span className="truncate">
            {upload.error ? `${upload.name}: ${upload.error}` : t('files.uploading', { name: upload.name })}
          </span>
          {remove(upload.name, () => onDrop(upload.key))}
        </li>
      ))}
    </ul>
  )
}
