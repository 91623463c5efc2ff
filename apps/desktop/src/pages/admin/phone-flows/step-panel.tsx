import { type Flow, type FlowStep, ways } from '@centrala/api/run-flow.ts'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Consequence } from '../form/form-part.tsx'
import { issueWords } from '../form/issue-words.ts'
import { withWay } from './flow-edit.ts'
import { MenuFields } from './menu-fields.tsx'
import { outline } from './outline.ts'
import { StepFields } from './step-fields.tsx'
import type { StepIssue } from './step-issues.ts'
import { STEP_ICONS, useStepWords } from './step-words.ts'

export interface StepPanelProps {
  flow: Flow
  stepId: string
  issues: readonly StepIssue[]
  onChange: (flow: Flow, field?: string) => void
  onOpen: (stepId: string) => void
  onClose: () => void
}

/** What a form of a step needs. */
export interface StepForm<Step extends FlowStep = FlowStep> {
  step: Step
  /** Changes some of its values; `field` as in the history. */
  set: (patch: Partial<Step>, field?: string) => void
  /** What is wrong at a place in the step. */
  error: (place: string) => string | null
  /** The choice of a step to lead to, for the way in that field. */
  target: (field: string) => React.ReactNode
}

/** One step, to be changed; what is wrong stands where it is mended. */
export function StepPanel({ flow, stepId, issues, onChange, onClose }: StepPanelProps) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const words = useStepWords()
  const step = flow.steps[stepId]
  if (!step) return null
  const Icon = STEP_ICONS[step.type]
  const put = (next: FlowStep, field?: string) =>
    onChange({ ...flow, steps: { ...flow.steps, [stepId]: next } }, field && `${stepId} ${field}`)
  const drawn = outline(flow)
  const targets = [...drawn.lines, ...drawn.loose].flatMap(line =>
    line.kind === 'step' ? [{ value: line.stepId, label: `${line.number} · ${words.line(flow, line.stepId)}` }] : [],
  )
  const form: StepForm = {
    step,
    set: (patch, field) => put({ ...step, ...patch } as FlowStep, field),
    error(place) {
      const found = issues.find(one => one.field === place)
      if (!found) return null
      return found.finding ? t(`flows.finding.${found.finding.code}`) : found.issue && issueWords(found.issue)
    },
    target: field => (
      <Field
        label={field.startsWith('choices.') ? t('flows.way.then') : words.way(flow, stepId, field)}
        error={form.error(field)}
      >
        <Combobox
          value={ways(step).find(way => way.field === field)?.target ?? null}
          onChange={target => put(withWay(step, field, target))}
          options={targets}
        />
      </Field>
    ),
  }
  const whole = issues.filter(one => one.field === '' && one.finding)
  return (
    <div className="flex flex-col gap-4 p-4">
      <header className="flex items-center gap-2">
        <Icon size={18} aria-hidden className="text-accent-ink" />
        <h2 className="min-w-0 flex-1 truncate font-semibold text-base">{words.type(step.type)}</h2>
        <IconButton icon={X} label={t('common:close')} onClick={onClose} />
      </header>
      <p className="text-muted text-xs">{t(`flows.stepHint.${step.type}`)}</p>
      {whole.map(one => (
        <Consequence key={one.finding?.code} tone="warn">
          {t(`flows.finding.${one.finding?.code ?? 'dangling'}`)}
        </Consequence>
      ))}
      {step.type === 'menu' ? <MenuFields {...(form as StepForm<typeof step>)} /> : <StepFields {...form} />}
    </div>
  )
}
