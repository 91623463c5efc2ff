import { type Interaction, prioritise, reassign } from '@centrala/api/interaction.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Section } from '../../components/page.tsx'
import { PresenceDot } from '../../components/presence-dot.tsx'
import { toast } from '../../components/toast.tsx'
import { agentsQuery, queuesQuery } from '../../configuration/configuration.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { keys } from '../../live/apply-event.ts'

/** Gives the contact to somebody else, or moves it up and down in its line. */
export function ActOnContact({ contact }: { contact: Interaction }) {
  const { t } = useTranslation(['supervisor', 'common'])
  const learn = (changed: Interaction, said: string) => {
    queries.setQueryData(keys.interaction(contact.id), changed)
    void queries.invalidateQueries({ queryKey: ['supervise'] })
    toast({ tone: 'ok', title: said })
  }
  return (
    <Section title={t('act.title')}>
      <Reassign contact={contact} onDone={changed => learn(changed, t('act.reassigned'))} />
      {contact.state !== 'active' && (
        <Priority contact={contact} onDone={changed => learn(changed, t('act.prioritised'))} />
      )}
    </Section>
  )
}

interface Part {
  contact: Interaction
  onDone: (changed: Interaction) => void
}

function Reassign({ contact, onDone }: Part) {
  const { t } = useTranslation(['supervisor', 'common'])
  const queues = useQuery(queuesQuery).data ?? []
  const agents = useQuery(agentsQuery).data ?? []
  const [target, setTarget] = useState<string | null>(null)
  const give = useMutation({
    mutationFn: () => {
      const [kind, id = null] = (target ?? '').split(' ')
      return api.call(reassign, {
        params: { id: contact.id },
        body: kind === 'queue' ? { queueId: id } : { agentId: id },
      })
    },
    onSuccess: changed => {
      setTarget(null)
      onDone(changed)
    },
  })
  const options = [
    ...agents
      .filter(agent => agent.id !== contact.agentId || contact.state !== 'active')
      .sort((a, b) => Number(b.presence === 'available') - Number(a.presence === 'available'))
      .map(agent => ({
        value: `agent ${agent.id}`,
        label: agent.name,
        hint: [t(`common:presence.${agent.presence}`), agent.teamName].filter(Boolean).join(' · '),
        icon: <PresenceDot presence={agent.presence} />,
      })),
    ...queues
      .filter(queue => queue.id !== contact.queueId || contact.state === 'active')
      .map(queue => ({ value: `queue ${queue.id}`, label: queue.name, hint: t('contact.queue') })),
  ]
  return (
    <div className="flex items-end gap-2">
      <Field
        label={t('act.giveTo')}
        hint={t('act.giveToHint')}
        error={give.error && problemWords(give.error)}
        className="flex-1"
      >
        <div className="flex gap-2">
          <Combobox value={target} onChange={setTarget} options={options} placeholder={t('act.choose')} />
          <Button look="primary" disabled={target === null} busy={give.isPending} onClick={() => give.mutate()}>
            {t('act.give')}
          </Button>
        </div>
      </Field>
    </div>
  )
}

function Priority({ contact, onDone }: Part) {
  const { t } = useTranslation('supervisor')
  const [text, setText] = useState(String(contact.priority))
  const value = /^-?\d{1,4}$/.test(text.trim()) ? Number(text) : null
  const good = value !== null && value >= -1000 && value <= 1000
  const set = useMutation({
    mutationFn: (priority: number) => api.call(prioritise, { params: { id: contact.id }, body: { priority } }),
    onSuccess: changed => {
      setText(String(changed.priority))
      onDone(changed)
    },
  })
  return (
    <Field
      label={t('act.priority')}
      hint={t('act.priorityHint')}
      error={good ? set.error && problemWords(set.error) : t('act.priorityBad')}
    >
      <div className="flex flex-wrap gap-2">
        <Input
          inputMode="numeric"
          value={text}
          onChange={event => setText(event.target.value)}
          onKeyDown={event => event.key === 'Enter' && good && set.mutate(value)}
          className="w-24!"
        />
        <Button
          disabled={!good || value === contact.priority}
          busy={set.isPending}
          onClick={() => good && set.mutate(value)}
        >
          {t('act.setPriority')}
        </Button>
        <Button look="ghost" onClick={() => set.mutate(Math.min(1000, contact.priority + 100))}>
          {t('act.toFront')}
        </Button>
      </div>
    </Field>
  )
}
