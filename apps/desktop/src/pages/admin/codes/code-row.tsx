import type { Code } from '@centrala/api/code.ts'
import { clsx } from 'clsx'
import { Archive, ArchiveRestore, CornerDownRight, Pencil } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../components/icon-button.tsx'
import { CodeName } from './code-name.tsx'

interface CodeRowProps {
  code: Code
  onRename: (name: string) => void
  /** Left out where the tree is deep enough. */
  onAdd: (() => void) | undefined
  onArchive: () => void
  onRestore: () => void
}

export function CodeRow({ code, onRename, onAdd, onArchive, onRestore }: CodeRowProps) {
  const { t } = useTranslation('adminQuality')
  const [renaming, setRenaming] = useState(false)
  if (renaming)
    return (
      <CodeName
        name={code.name}
        label={t('codes.rename', { name: code.name })}
        onDone={name => {
          setRenaming(false)
          if (name && name !== code.name) onRename(name)
        }}
      />
    )
  const isArchived = code.archivedAt !== null
  return (
    <div className="group flex h-9 items-center gap-1 rounded-md px-1 hover:bg-hover">
      <button
        type="button"
        onDoubleClick={() => setRenaming(true)}
        onKeyDown={event => event.key === 'F2' && setRenaming(true)}
        className={clsx('min-w-0 flex-1 truncate text-left', isArchived && 'text-faint line-through')}
      >
        {code.name}
      </button>
      <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
        {isArchived ? (
          <IconButton
            icon={ArchiveRestore}
            size="sm"
            label={t('codes.restoreIt', { name: code.name })}
            onClick={onRestore}
          />
        ) : (
          <>
            {onAdd && (
              <IconButton
                icon={CornerDownRight}
                size="sm"
                label={t('codes.addBelow', { name: code.name })}
                onClick={onAdd}
              />
            )}
            <IconButton
              icon={Pencil}
              size="sm"
              label={t('codes.rename', { name: code.name })}
              onClick={() => setRenaming(true)}
            />
            <IconButton
              icon={Archive}
              size="sm"
              label={t('codes.archiveIt', { name: code.name })}
              onClick={onArchive}
            />
          </>
        )}
      </span>
    </div>
  )
}
