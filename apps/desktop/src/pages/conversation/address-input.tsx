import { X } from 'lucide-react'
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'

const looksRight = (address: string) => /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]{2,}$/.test(address)
/** Takes `Ana Horvat <ana@firma.hr>, ivo@firma.hr` as people paste it. */
export const parseAddresses = (text: string): string[] =>
  text
    .split(/[,;\n]+/)
    .map(part => (/<([^<>]+)>/.exec(part)?.[1] ?? part).trim())
    .filter(part => part !== '')

interface AddressInputProps {
  label: string
  value: readonly string[]
  onChange: (addresses: string[]) => void
}

/** Recipients as chips; Enter, comma or leaving the field takes what is written, Backspace brings the last one back. */
export function AddressInput({ label, value, onChange }: AddressInputProps) {
  const { t } = useTranslation('inbox')
  const [text, setText] = useState('')
  const id = useId()
  const take = () => {
    const more = parseAddresses(text).filter(address => !value.includes(address))
    if (more.length > 0) onChange([...value, ...more])
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === ',' || event.key === ';') {
      if (text.trim() !== '') {
        take()
        event.preventDefault()
      }
    } else if (event.key === 'Backspace' && text === '' && value.length > 0) {
      setText(value.at(-1) ?? '')
      onChange(value.slice(0, -1))
      event.preventDefault()
    }
  }
  return (
    <div className="flex min-h-8 items-center gap-2 border-b px-3">
      <label htmlFor={id} className="w-14 shrink-0 text-muted text-xs">
        {label}
      </label>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1 py-1">
        {value.map(address => (
          <span
            key={address}
            className={`flex max-w-full items-center rounded-sm pl-1.5 text-xs ${looksRight(address) ? 'bg-sunken' : 'bg-bad-soft text-bad-ink'}`}
          >
            <span className="truncate">{address}</span>
            {!looksRight(address) && <span className="sr-only">{t('mail.badAddress')}</span>}
            <button
              type="button"
              aria-label={t('mail.removeAddress', { address })}
              onClick={() => onChange(value.filter(other => other !== address))}
              className="grid size-6 place-items-center rounded-sm text-muted hover:text-ink"
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <input
          id={id}
          type="text"
          inputMode="email"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={event => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={take}
          className="h-6 min-w-32 flex-1 bg-transparent outline-none"
        />
      </div>
    </div>
  )
}
