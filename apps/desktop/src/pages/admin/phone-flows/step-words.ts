import { type Flow, type FlowStep, type Says, saysOf } from '@centrala/api/run-flow.ts'
import { useQuery } from '@tanstack/react-query'
import {
  CalendarClock,
  CircleStop,
  Grid3x3,
  Hash,
  type LucideIcon,
  MessageSquareQuote,
  PhoneForwarded,
  Tag,
  UsersRound,
  Voicemail,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { currentLocale } from '../../../i18n/i18n.ts'
import { promptsQuery } from '../phone-queries.ts'
import { hoursQuery } from '../queries.ts'
import { languageName } from '../skills/languages.ts'
import type { StepType } from './flow-edit.ts'

export const STEP_ICONS: Record<StepType, LucideIcon> = {
  say: MessageSquareQuote,
  menu: Grid3x3,
  ask: Hash,
  hours: CalendarClock,
  set: Tag,
  queue: UsersRound,
  voicemail: Voicemail,
  forward: PhoneForwarded,
  end: CircleStop,
}

export interface StepWords {
  /** "Menu", "Queue". */
  type: (type: StepType) => string
  /** What makes this step this step: its first words, its queue. */
  summary: (step: FlowStep) => string
  says: (says: readonly Says[]) => string
  /** The way out of a step, as one would say it: "Key 1 · Invoices", "Nobody came". */
  way: (flow: Flow, stepId: string, field: string) => string
  /** Type and summary in one line, for choices. */
  line: (flow: Flow, stepId: string) => string
}

/** How steps are called, with the names of the queues, hours and prompts in them. */
export function useStepWords(): StepWords {
  const { t } = useTranslation('adminPhone')
  const queues = useQuery(queuesQuery).data ?? []
  const hours = useQuery(hoursQuery).data ?? []
  const prompts = useQuery(promptsQuery).data ?? []
  const name = (list: readonly { id: string; name: string }[], id: string) =>
    list.find(one => one.id === id)?.name ?? t('flows.missing')
  const says = (parts: readonly Says[]) =>
    parts.map(part => ('text' in part ? part.text : `♪ ${name(prompts, part.promptId)}`)).join(' ')
  const summary = (step: FlowStep): string => {
    switch (step.type) {
      case 'queue':
        return name(queues, step.queueId)
      case 'voicemail':
        return [name(queues, step.queueId), says(step.says)].filter(Boolean).join(' · ')
      case 'hours':
        return name(hours, step.hoursId)
      case 'forward':
        return step.to
      case 'set': {
        const values = Object.entries(step.attributes).map(([key, value]) => `${key} = ${value}`)
        return [step.language && languageName(step.language, currentLocale()), ...values].filter(Boolean).join(', ')
      }
      default:
        return says(saysOf(step))
    }
  }
  const type = (kind: StepType) => t(`flows.step.${kind}`)
  return {
    type,
    summary,
    says,
    way(flow, stepId, field) {
      const step = flow.steps[stepId]
      const key = field.startsWith('choices.') ? field.slice('choices.'.length) : null
      if (key !== null && step?.type === 'menu')
        return `${t('flows.key', { key })} · ${step.choices[key]?.label || t('flows.unnamed')}`
      const known = step ? (`${step.type}.${field}` as 'queue.next') : 'queue.next'
      return t(`flows.way.${known}`, { defaultValue: t('flows.way.then') })
    },
    line(flow, stepId) {
      const step = flow.steps[stepId]
      if (!step) return t('flows.missing')
      const words = summary(step)
      return words ? `${type(step.type)}: ${words}` : type(step.type)
    },
  }
}
