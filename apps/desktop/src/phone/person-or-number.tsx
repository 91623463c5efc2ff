import { useQuery } from '@tanstack/react-query'
import { Phone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Combobox } from '../components/combobox.tsx'
import { Field } from '../components/field.tsx'
import { Input } from '../components/input.tsx'
import { PresenceDot } from '../components/presence-dot.tsx'
import { agentsQuery } from '../configuration/configuration.ts'
import { useMe } from '../session/me.ts'
import { cleanNumber } from './number.ts'

export interface Asked {
  userId: string | null
  number: string
}

/** A colleague with their presence, or a number outside; choosing one clears the other. */
export function PersonOrNumber({
  value,
  onChange,
  error,
}: {
  value: Asked
  onChange: (value: Asked) => void
  error: string | null
}) {
  const { t } = useTranslation(['call', 'common'])
  const me = useMe()
  const agents = useQuery(agentsQuery).data ?? []
  const options = agents
    .filter(agent => agent.id !== me.id)
    .sort((a, b) => Number(b.presence === 'available') - Number(a.presence === 'available'))
    .map(agent => ({
      value: agent.id,
      label: agent.name,
      hint: [t(`common:presence.${agent.presence}`), agent.teamName].filter(Boolean).join(' · '),
      icon: <PresenceDot presence={agent.presence} />,
      disabled: agent.presence === 'offline',
    }))
  const bad = value.number !== '' && cleanNumber(value.number) === null
  return (
    <>
      <Field label={t('ask.colleague')} error={value.number === '' ? error : null}>
        <Combobox
          value={value.userId}
          onChange={userId => onChange({ userId, number: '' })}
          options={options}
          placeholder={t('ask.choose')}
        />
      </Field>
      <Field label={t('ask.number')} error={bad ? t('dial.bad') : value.number === '' ? null : error}>
        <Input
          icon={Phone}
          type="tel"
          inputMode="tel"
          value={value.number}
          placeholder="+385 1 234 5678"
          onChange={event => onChange({ userId: null, number: event.target.value })}
        />
      </Field>
    </>
  )
}
