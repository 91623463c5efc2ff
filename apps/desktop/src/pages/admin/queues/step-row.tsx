import type { Step, StepStaffing } from '@centrala/api/queue.ts'
import type { Skill } from '@centrala/api/skill.ts'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { Combobox } from '../../../components/combobox.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { PresenceDot } from '../../../components/presence-dot.tsx'
import { Select } from '../../../components/select.tsx'
import { StepConditions } from './step-conditions.tsx'

type Agents = z.infer<typeof StepStaffing>['agents']

interface StepRowProps {
  step: Step
  isFirst: boolean
  isLast: boolean
  skills: readonly Skill[]
  agents: Agents | undefined
  /** Those of the step before: who is new stands out. */
  before: Agents | undefined
  timeError: string | null
  needError: string | null
  whereError: string | null
  queueId: string | null
  onChange: (step: Step) => void
  onRemove: (() => void) | undefined
}

const WORKING = new Set(['available', 'busy', 'wrapUp'])

/** One stop on the line of time: when, what is asked, and who could take it. */
export function StepRow(props: StepRowProps) {
  const {
    step,
    isFirst,
    isLast,
    skills,
    agents,
    before,
    timeError,
    needError,
    whereError,
    queueId,
    onChange,
    onRemove,
  } = props
  const { t } = useTranslation('adminRouting')
  const nameOf = (id: string) => skills.find(skill => skill.id === id)?.name ?? '…'
  const rest = skills.filter(skill => !step.requirements.some(need => need.skillId === skill.id))
  const need = (skillId: string, minProficiency: number) =>
    onChange({
      ...step,
      requirements: step.requirements.map(other => (other.skillId === skillId ? { skillId, minProficiency } : other)),
    })
  const working = agents?.filter(agent => WORKING.has(agent.presence)).length ?? 0
  return (
    <li className="relative flex gap-3 pb-5 last:pb-1">
      <span aria-hidden className="relative flex w-6 shrink-0 justify-center">
        {!isLast && <span className="absolute top-3 -bottom-5 w-0.5 bg-line" />}
        <span
          className={clsx(
            'relative mt-1.5 size-3 rounded-full ring-2 ring-surface',
            agents && agents.length === 0 ? 'bg-warn' : isFirst ? 'bg-accent' : 'bg-accent/60',
          )}
        />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <div className="flex min-h-7 items-center gap-2">
          {isFirst ? (
            <span className="font-medium">{t('queues.atOnce')}</span>
          ) : (
            <>
              <span className="font-medium">{t('queues.after')}</span>
              <NumberInput
                value={step.afterSeconds}
                onChange={afterSeconds => onChange({ ...step, afterSeconds })}
                min={1}
                max={604_800}
                unit={t('seconds')}
                className="figures max-w-24"
                aria-label={t('queues.after')}
              />
            </>
          )}
          <span className="flex-1" />
          {onRemove && <IconButton icon={X} size="sm" label={t('queues.removeStep')} onClick={onRemove} />}
        </div>
        {(timeError || needError || whereError) && (
          <p role="alert" className="text-bad-ink text-xs">
            {timeError ?? needError ?? whereError}
          </p>
        )}
        <ul className="flex flex-wrap gap-2">
          {step.requirements.map(({ skillId, minProficiency }) => (
            <li key={skillId} className="flex items-center gap-1 rounded-md bg-sunken pl-2.5">
              <span className="whitespace-nowrap">{nameOf(skillId)}</span>
              <Select
                value={String(minProficiency)}
                onChange={level => need(skillId, Number(level))}
                options={[1, 2, 3, 4, 5].map(level => ({ value: String(level), label: `≥ ${level}` }))}
                aria-label={t('queues.proficiencyOf', { skill: nameOf(skillId) })}
                className="max-w-20 bg-transparent ring-0"
              />
              <IconButton
                icon={X}
                size="sm"
                label={t('queues.removeNeed', { skill: nameOf(skillId) })}
                onClick={() =>
                  onChange({ ...step, requirements: step.requirements.filter(other => other.skillId !== skillId) })
                }
              />
            </li>
          ))}
          {rest.length > 0 && (
            <li>
              <Combobox
                value={null}
                aria-label={t('queues.addNeed')}
                placeholder={t(step.requirements.length === 0 ? 'queues.asksNothing' : 'queues.addNeed')}
                options={rest.map(skill => ({ value: skill.id, label: skill.name }))}
                onChange={skillId =>
                  onChange({ ...step, requirements: [...step.requirements, { skillId, minProficiency: 3 }] })
                }
                className="min-w-56"
              />
            </li>
          )}
        </ul>
        <StepConditions step={step} isFirst={isFirst} queueId={queueId} onChange={onChange} />
        {agents && (
          <div className={clsx('text-xs', agents.length === 0 ? 'text-warn-ink' : 'text-muted')}>
            <p>
              {agents.length === 0 ? t('queues.nobodyFits') : t('queues.couldServe', { count: agents.length, working })}
            </p>
            {agents.length > 0 && (
              <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-1">
                {agents.slice(0, 12).map(agent => (
                  <li
                    key={agent.id}
                    className={clsx(
                      'flex items-center gap-1.5',
                      before && !before.some(other => other.id === agent.id) && 'font-medium text-ink',
                    )}
                  >
                    <PresenceDot presence={agent.presence} />
                    {agent.name}
                    {agent.delaySeconds > 0 && ` (+${agent.delaySeconds} s)`}
                  </li>
                ))}
                {agents.length > 12 && <li>+{agents.length - 12}</li>}
              </ul>
            )}
          </div>
        )}
      </div>
    </li>
  )
}
