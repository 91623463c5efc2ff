import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'

interface AttributesEditorProps {
  value: Record<string, string>
  onChange: (attributes: Record<string, string>, field?: string) => void
}

/** Facts noted about the contact: a name and a value each, shown to the agent. */
export function AttributesEditor({ value, onChange }: AttributesEditorProps) {
  const { t } = useTranslation('adminPhone')
  const entries = Object.entries(value)
  const put = (index: number, name: string, text: string) =>
    onChange(
      Object.fromEntries(entries.map((entry, at) => (at === index ? [name, text] : entry))),
      `attribute ${index}`,
    )
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="float-left w-full pb-1 font-medium text-xs">{t('flows.facts')}</legend>
      {entries.map(([name, text], index) => (
        <div key={index} className="flex items-center gap-1">
          <Input
            aria-label={t('flows.factName')}
            value={name}
            maxLength={60}
            onChange={event => !Object.hasOwn(value, event.target.value) && put(index, event.target.value, text)}
          />
          <span aria-hidden>=</span>
          <Input
            aria-label={t('flows.factValue')}
            value={text}
            maxLength={500}
            onChange={event => put(index, name, event.target.value)}
          />
          <IconButton
            icon={Trash2}
            size="sm"
            label={t('remove', { what: name })}
            onClick={() => onChange(Object.fromEntries(entries.filter((_, at) => at !== index)))}
          />
        </div>
      ))}
      <Button
        size="sm"
        icon={Plus}
        className="self-start"
        onClick={() => onChange({ ...value, [`fact${entries.length + 1}`]: '' })}
      >
        {t('flows.addFact')}
      </Button>
    </fieldset>
  )
}
