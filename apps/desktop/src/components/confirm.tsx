import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface Question {
  title: string
  body?: ReactNode
  /** The verb on the button: "Delete", not "OK". */
  action: string
  danger?: boolean
  run: () => void | Promise<void>
}

let question: Question | null = null
const listeners = new Set<() => void>()
function ask(next: Question | null) {
  question = next
  for (const listener of listeners) listener()
}

/** Asks before something that cannot be undone. Where it can be undone, do it and offer Undo in a toast instead. */
export const confirm = (next: Question): void => ask(next)

/** Mounted once by the frame. */
export function ConfirmDialog() {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const asked = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => question,
  )
  if (asked === null) return null
  const run = async () => {
    setBusy(true)
    try {
      await asked.run()
    } finally {
      setBusy(false)
      ask(null)
    }
  }
  return (
    <Dialog
      open
      width="sm"
      title={asked.title}
      onClose={() => !busy && ask(null)}
      footer={
        <>
          <Button onClick={() => ask(null)} disabled={busy}>
            {t('cancel')}
          </Button>
          <Button look={asked.danger ? 'danger' : 'primary'} busy={busy} onClick={run} autoFocus>
            {asked.action}
          </Button>
        </>
      }
    >
      {asked.body && <div className="text-muted">{asked.body}</div>}
    </Dialog>
  )
}
