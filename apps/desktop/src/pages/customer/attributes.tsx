import type { Customer } from '@centrala/api/customer.ts'
import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/icon-button.tsx'
import { Input } from '../../components/input.tsx'

type Attributes = Customer['attributes']

interface AttributesProps {
  attributes: Attributes
  /** Without it they are only shown. `saved`: until then what was written stays, to be tried again. */
  onChange?: (attributes: Attributes, saved: () => void) => void
}

/** Facts of the company's own about a customer: contract number, segment. Pressed, a value can be changed. */
export function AttributeList({ attributes, onChange }: AttributesProps) {
  const { t } = useTranslation(['customer', 'common'])
  const [editing, setEditing] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const [adding, setAdding] = useState(false)
  const entries = Object.entries(attributes)
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    onChange?.({ ...attributes, [name.trim()]: value.trim() }, () => {
      setAdding(false)
      setName('')
      setValue('')
    })
  }
  return (
    <div className="flex flex-col gap-1">
      {entries.map(([key, current]) => (
        <div key={key} className="group flex min-h-7 items-center gap-2">
          <span className="w-24 shrink-0 truncate text-muted" title={key}>
            {key}
          </span>
          {editing === key ? (
            <Input
              autoFocus
              aria-label={key}
              defaultValue={String(current ?? '')}
              onBlur={event => {
                const done = () => setEditing(null)
                if (event.target.value === String(current ?? '')) done()
                else onChange?.({ ...attributes, [key]: event.target.value }, done)
              }}
              onKeyDown={event => {
                if (event.key === 'Enter') event.currentTarget.blur()
                if (event.key === 'Escape') {
                  event.currentTarget.value = String(current ?? '')
                  event.currentTarget.blur()
                }
              }}
              className="h-7!"
            />
          ) : onChange ? (
            <button
              type="button"
              aria-label={t('changeAttribute', { name: key, value: String(current ?? '') })}
              onClick={() => setEditing(key)}
              className="min-w-0 flex-1 truncate rounded-sm text-left hover:bg-hover"
            >
              {String(current ?? '–')}
            </button>
          ) : (
            <span className="min-w-0 flex-1 truncate">{String(current ?? '–')}</span>
          )}
          {onChange && (
            <IconButton
              icon={X}
              size="sm"
              label={t('removeAttribute', { name: key })}
              onClick={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== key)), () => {})}
              className="-my-1 opacity-0 focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
            />
          )}
        </div>
      ))}
      {onChange &&
        (adding ? (
          <form onSubmit={add} className="flex gap-1">
            <Input
              autoFocus
              aria-label={t('attributeName')}
              placeholder={t('attributeName')}
              value={name}
              maxLength={60}
              onChange={event => setName(event.target.value)}
            />
            <Input
              aria-label={t('attributeValue')}
              placeholder={t('attributeValue')}
              value={value}
              onChange={event => setValue(event.target.value)}
            />
            <IconButton type="submit" icon={Plus} label={t('common:add')} />
          </form>
        ) : (
          <button
            type="button"
            onClick={() => setAdding(true)}
            className="flex h-7 items-center gap-2 self-start rounded-sm text-muted text-xs hover:text-ink"
          >
            <Plus size={14} aria-hidden />
            {t('addAttribute')}
          </button>
        ))}
    </div>
  )
}
