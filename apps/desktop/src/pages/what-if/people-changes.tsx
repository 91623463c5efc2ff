import type { AgentWhatIf, ExtraAgents } from '@centrala/api/what-if.ts'
import { useQuery } from '@tanstack/react-query'
import { UserPlus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Field } from '../../components/field.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { NumberInput } from '../../components/number-input.tsx'
import { Select } from '../../components/select.tsx'
import { agentsQuery } from '../../configuration/configuration.ts'
import { FormPart } from '../admin/form/form-part.tsx'
import { PersonSkills } from '../admin/people/person-skills.tsx'
import { profilesQuery } from '../admin/queries.ts'

const SAME = 'same'

interface PeopleChangesProps {
  agents: readonly AgentWhatIf[]
  extraAgents: readonly ExtraAgents[]
  onAgents: (agents: AgentWhatIf[]) => void
  onExtraAgents: (extraAgents: ExtraAgents[]) => void
}

/** More people, fewer, or people who can do more. */
export function PeopleChanges({ agents, extraAgents, onAgents, onExtraAgents }: PeopleChangesProps) {
  const { t } = useTranslation('whatIf')
  const everyone = (useQuery(agentsQuery).data ?? []).filter(agent => agent.queueIds.length > 0)
  const profiles = useQuery(profilesQuery).data ?? []
  const rest = everyone.filter(agent => !agents.some(one => one.agentId === agent.id))
  const nameOf = (id: string) => everyone.find(agent => agent.id === id)?.name ?? '…'
  const setExtra = (index: number, next: ExtraAgents) =>
    onExtraAgents(extraAgents.map((one, place) => (place === index ? next : one)))
  const setAgent = (next: AgentWhatIf) => onAgents(agents.map(one => (one.agentId === next.agentId ? next : one)))
  return (
    <FormPart title={t('people.title')} hint={t('people.hint')}>
      {extraAgents.map((extra, index) => (
        <Card
          key={index}
          title={t('people.more')}
          remove={t('people.moreRemove', { name: nameOf(extra.likeAgentId) })}
          onRemove={() => onExtraAgents(extraAgents.filter((_, place) => place !== index))}
        >
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label={t('people.count')}>
              <NumberInput
                value={extra.count}
                onChange={count => setExtra(index, { ...extra, count })}
                min={1}
                max={500}
              />
            </Field>
            <Field label={t('people.like')} hint={t('people.likeHint')}>
              <Combobox
                value={extra.likeAgentId}
                onChange={likeAgentId => setExtra(index, { ...extra, likeAgentId })}
                options={everyone.map(agent => ({ value: agent.id, label: agent.name }))}
              />
            </Field>
          </div>
        </Card>
      ))}
      {agents.map(agent => (
        <Card
          key={agent.agentId}
          title={nameOf(agent.agentId)}
          remove={t('people.remove', { name: nameOf(agent.agentId) })}
          onRemove={() => onAgents(agents.filter(one => one.agentId !== agent.agentId))}
        >
          <Checkbox
            checked={agent.absent === true}
            onChange={absent => setAgent({ agentId: agent.agentId, ...(absent && { absent }) })}
            label={t('people.absent')}
          />
          {!agent.absent && (
            <>
              {profiles.length > 1 && (
                <Field label={t('people.profile')}>
                  <Select
                    value={agent.routingProfileId ?? SAME}
                    onChange={next => {
                      const { routingProfileId: _, ...others } = agent
                      setAgent(next === SAME ? others : { ...others, routingProfileId: next })
                    }}
                    options={[
                      { value: SAME, label: t('people.sameProfile') },
                      ...profiles.map(profile => ({ value: profile.id, label: profile.name })),
                    ]}
                    className="max-w-64"
                  />
                </Field>
              )}
              <PersonSkills value={agent.skills ?? []} onChange={skills => setAgent({ ...agent, skills })} />
            </>
          )}
        </Card>
      ))}
      {everyone.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            size="sm"
            icon={UserPlus}
            onClick={() => onExtraAgents([...extraAgents, { likeAgentId: everyone[0]?.id ?? '', count: 1 }])}
          >
            {t('people.addMore')}
          </Button>
          {rest.length > 0 && (
            <Combobox
              value={null}
              aria-label={t('people.add')}
              placeholder={t('people.add')}
              options={rest.map(agent => ({ value: agent.id, label: agent.name }))}
              onChange={agentId => onAgents([...agents, { agentId }])}
              className="max-w-56"
            />
          )}
        </div>
      )}
    </FormPart>
  )
}

function Card(props: { title: string; remove: string; onRemove: () => void; children: ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-lg p-3 ring-1 ring-line ring-inset">
      <legend className="sr-only">{props.title}</legend>
      <div className="flex items-center justify-between gap-2">
        <span aria-hidden className="font-medium">
          {props.title}
        </span>
        <IconButton icon={X} size="sm" label={props.remove} onClick={props.onRemove} />
      </div>
      {props.children}
    </fieldset>
  )
}
