import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AddressInput } from './address-input.tsx'
import type { Draft } from './drafts.ts'

interface MailFieldsProps {
  draft: Draft
  /** The customer's addresses are known: only then a missing recipient is really missing. */
  ready: boolean
  to: readonly string[]
  subject: string
  onChange: (change: Partial<Draft>) => void
}

/** To whom and about what: one line until one wants to change it. */
export function MailFields({ draft, ready, to, subject, onChange }: MailFieldsProps) {
  const { t } = useTranslation('inbox')
  const [asked, setOpen] = useState(false)
  // Decided once: a field does not fold away under somebody's first letter.
  const [hasSubject] = useState(subject !== '')
  const open = asked || (ready && (to.length === 0 || !hasSubject))
  const id = useId()
  if (!open)
    return (
      <button
        type="button"
        aria-expanded={false}
        onClick={() => setOpen(true)}
        className="focus-inside flex h-8 w-full items-center gap-2 border-b px-3 text-left text-xs"
      >
        <ChevronRight size={14} aria-hidden className="shrink-0 text-faint" />
        <span className="shrink-0 text-muted">{t('mail.to')}</span>
        <span className="truncate">{[...to, ...draft.cc, ...draft.bcc].join(', ')}</span>
        <span className="truncate text-faint max-sm:hidden">· {subject}</span>
      </button>
    )
  return (
    <div>
      <AddressInput label={t('mail.to')} value={to} onChange={next => onChange({ to: next })} />
      <AddressInput label={t('mail.cc')} value={draft.cc} onChange={cc => onChange({ cc })} />
      <AddressInput label={t('mail.bcc')} value={draft.bcc} onChange={bcc => onChange({ bcc })} />
      <div className="flex h-8 items-center gap-2 border-b px-3">
        <label htmlFor={id} className="w-14 shrink-0 text-muted text-xs">
          {t('mail.subject')}
        </label>
        <input
          id={id}
          value={subject}
          maxLength={500}
          onChange={event => onChange({ subject: event.target.value })}
          className="min-w-0 flex-1 bg-transparent outline-none"
        />
      </div>
    </div>
  )
}
