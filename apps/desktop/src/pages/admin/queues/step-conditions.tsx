import type { Step } from '@centrala/api/queue.ts'
import { useQuery } from '@tanstack/react-query'
import { Gauge, SlidersHorizontal, Users, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Menu, MenuItem } from '../../../components/menu.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { ExpressionInput } from './expression-input.tsx'

interface StepConditionsProps {
  step: Step
  isFirst: boolean
  queueId: string | null
  onChange: (step: Step) => void
}

/** What a step may do besides asking for skills: whose agents help, for which agents it holds, and while which service level. */
export function StepConditions({ step, isFirst, queueId, onChange }: StepConditionsProps) {
  const { t } = useTranslation('adminPolicy')
  const { where, queueIds, whenLevelBelow } = step
  const queues = (useQuery(queuesQuery).data ?? []).filter(queue => queue.id !== queueId)
  const without = (key: 'where' | 'queueIds' | 'whenLevelBelow') => {
    const { [key]: _, ...rest } = step
    onChange(rest)
  }
  const nameOf = (id: string) => queues.find(queue => queue.id === id)?.name ?? '…'
  const helping = queueIds ?? []
  const more = [
    queueIds === undefined && queues.length > 0 && (
      <MenuItem key="queues" icon={<Users size={15} />} onSelect={() => onChange({ ...step, queueIds: [] })}>
        {t('step.widen')}
      </MenuItem>
    ),
    where === undefined && (
      <MenuItem key="where" icon={<SlidersHorizontal size={15} />} onSelect={() => onChange({ ...step, where: '' })}>
        {t('step.only')}
      </MenuItem>
    ),
    whenLevelBelow === undefined && !isFirst && (
      <MenuItem key="level" icon={<Gauge size={15} />} onSelect={() => onChange({ ...step, whenLevelBelow: 0.8 })}>
        {t('step.level')}
      </MenuItem>
    ),
  ].filter(Boolean)
  return (
    <>
      {queueIds !== undefined && (
        <Part
          title={t('step.widen')}
          hint={t('step.widenHint')}
          remove={t('step.widenRemove')}
          onRemove={() => without('queueIds')}
        >
          <ul className="flex flex-wrap gap-2">
            {helping.map(id => (
              <li key={id} className="flex items-center gap-1 rounded-md bg-surface pl-2.5 ring-1 ring-line ring-inset">
                {nameOf(id)}
                <IconButton
                  icon={X}
                  size="sm"
                  label={t('step.queueRemove', { queue: nameOf(id) })}
                  onClick={() => onChange({ ...step, queueIds: helping.filter(other => other !== id) })}
                />
              </li>
            ))}
            <li>
              <Combobox
                value={null}
                aria-label={t('step.queueAdd')}
                placeholder={t('step.queueAdd')}
                options={queues
                  .filter(queue => !helping.includes(queue.id))
                  .map(queue => ({ value: queue.id, label: queue.name }))}
                onChange={id => onChange({ ...step, queueIds: [...helping, id] })}
                className="min-w-48"
              />
            </li>
          </ul>
        </Part>
      )}
      {where !== undefined && (
        <Part title={t('step.only')} remove={t('step.onlyRemove')} onRemove={() => without('where')}>
          <ExpressionInput label={t('step.only')} value={where} onChange={next => onChange({ ...step, where: next })} />
        </Part>
      )}
      {whenLevelBelow !== undefined && (
        <Part
          title={t('step.level')}
          hint={t('step.levelHint')}
          remove={t('step.levelRemove')}
          onRemove={() => without('whenLevelBelow')}
        >
          <NumberInput
            value={Math.round(whenLevelBelow * 100)}
            onChange={percent => onChange({ ...step, whenLevelBelow: percent / 100 })}
            min={1}
            max={100}
            unit="%"
            className="figures max-w-24"
            aria-label={t('step.level')}
          />
        </Part>
      )}
      {more.length > 0 && (
        <Menu
          label={t('step.more')}
          trigger={
            <Button size="sm" look="ghost" icon={SlidersHorizontal} className="self-start">
              {t('step.more')}
            </Button>
          }
        >
          {more}
        </Menu>
      )}
    </>
  )
}

interface PartProps {
  title: string
  hint?: string
  remove: string
  onRemove: () => void
  children: ReactNode
}

function Part({ title, hint, remove, onRemove, children }: PartProps) {
  return (
    <div className="flex flex-col gap-1.5 rounded-md bg-sunken px-3 py-2">
      <div className="flex items-start justify-between gap-2">
        <p className="font-medium text-xs">{title}</p>
        <IconButton icon={X} size="sm" label={remove} onClick={onRemove} className="-mt-1 -mr-2" />
      </div>
      {children}
      {hint && <p className="text-muted text-xs">{hint}</p>}
    </div>
  )
}
