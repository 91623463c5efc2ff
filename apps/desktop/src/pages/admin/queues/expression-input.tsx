import { EXPRESSION_MAX_LENGTH, readExpression } from '@centrala/api/expression.ts'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea } from '../../../components/textarea.tsx'

/** Not in the texts: they are the same in every script. */
const SAMPLES = {
  simple: 'agent.team == "north"',
  joined: 'tier >= 2 && contact.language in ["hr", "de"]',
  list: '["hr", "de"]',
  chain: '1 <= tier && tier <= 3',
  agent: 'agent',
  contact: 'contact',
}

interface ExpressionInputProps {
  value: string
  onChange: (value: string) => void
  label: string
}

/** A condition over agent and contact, read while it is typed; what is wrong is pointed at. */
export function ExpressionInput({ value, onChange, label }: ExpressionInputProps) {
  const { t } = useTranslation('adminPolicy')
  const id = useId()
  const read = readExpression(value)
  const fault = value.trim() === '' || read.ok ? null : read.fault
  return (
    <div className="flex flex-col gap-1">
      <Textarea
        value={value}
        rows={2}
        maxLength={EXPRESSION_MAX_LENGTH}
        spellCheck={false}
        aria-label={label}
        aria-invalid={fault !== null || undefined}
        aria-describedby={id}
        onChange={event => onChange(event.target.value)}
        className="font-mono text-xs"
        placeholder={SAMPLES.simple}
      />
      {fault ? (
        <div id={id} role="alert" className="text-bad-ink text-xs">
          <p>
            {t('expression.at', { position: fault.at + 1 })} {t(`expression.fault.${fault.code}`, SAMPLES)}
          </p>
          <code aria-hidden className="mt-0.5 block overflow-x-auto whitespace-pre rounded-sm bg-bad-soft px-2 py-1">
            {value.slice(Math.max(0, fault.at - 40), fault.at)}
            <mark className="rounded-xs bg-bad text-surface">{value.slice(fault.at, fault.at + 1) || ' '}</mark>
            {value.slice(fault.at + 1, fault.at + 40)}
          </code>
        </div>
      ) : (
        <p id={id} className="text-muted text-xs">
          {t('expression.hint', SAMPLES)}
        </p>
      )}
    </div>
  )
}
