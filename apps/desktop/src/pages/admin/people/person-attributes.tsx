import type { User } from '@centrala/api/user.ts'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'

type Attributes = User['attributes']

interface PersonAttributesProps {
  value: Attributes
  onChange: (attributes: Attributes) => void
  error: string | null
}

/** What routing conditions may ask of the person, such as a tier or an office. */
export function PersonAttributes({ value, onChange, error }: PersonAttributesProps) {
  const { t } = useTranslation('adminPolicy')
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const add = () => {
    const key = name.trim()
    if (key === '') return
    onChange({ ...value, [key]: readValue(text) })
    setName('')
    setText('')
  }
  const onEnter = (event: { key: string; preventDefault: () => void }) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    add()
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium text-xs">{t('attribute.title')}</p>
      <p className="text-muted text-xs">{t('attribute.hint')}</p>
      {Object.keys(value).length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {Object.entries(value).map(([key, current]) => (
            <li key={key} className="flex items-center gap-2">
              <span className="w-36 shrink-0 truncate font-mono text-xs" title={`agent.${key}`}>
                agent.{key}
              </span>
              <Input
                aria-label={t('attribute.valueOf', { name: key })}
                value={String(current)}
                maxLength={200}
                onChange={event => onChange({ ...value, [key]: readValue(event.target.value) })}
              />
              <IconButton
                icon={X}
                size="sm"
                label={t('attribute.remove', { name: key })}
                onClick={() => onChange(Object.fromEntries(Object.entries(value).filter(([other]) => other !== key)))}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-center gap-2">
        <Input
          aria-label={t('attribute.name')}
          placeholder={t('attribute.name')}
          value={name}
          maxLength={60}
          onChange={event => setName(event.target.value)}
          onKeyDown={onEnter}
        />
        <Input
          aria-label={t('attribute.value')}
          placeholder={t('attribute.value')}
          value={text}
          maxLength={200}
          onChange={event => setText(event.target.value)}
          onKeyDown={onEnter}
        />
        <IconButton icon={Plus} label={t('attribute.add')} onClick={add} />
      </div>
      {error && (
        <p role="alert" className="text-bad-ink text-xs">
          {error}
        </p>
      )}
    </div>
  )
}

/** `2` is a number and `true` a yes; anything else, and what would not be written back the same way, is text. */
function readValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return text !== '' && Number.isFinite(number) && String(number) === text ? number : text
}
