import { previewQueue, type Step, Steps } from '@centrala/api/queue.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import { skillsQuery } from '../queries.ts'
import type { QueueValue } from './queue-drawer.tsx'
import { StepRow } from './step-row.tsx'

/**
 * How what is asked of an agent relaxes while the customer waits: steps on a line of time, each with the agents who could take
 * the work from then on.
 */
export function StepsEditor({ draft, queueId }: { draft: Draft<QueueValue>; queueId: string | null }) {
  const { t } = useTranslation('adminRouting')
  const { value, set, error } = draft
  const { steps, routingProfileIds } = value
  const skills = useQuery(skillsQuery).data ?? []
  const isValid = Steps.safeParse(steps).success
  const preview = useQuery({
    queryKey: ['queue-preview', queueId, routingProfileIds, steps],
    queryFn: async () => (await api.call(previewQueue, { body: { queueId, routingProfileIds, steps } })).steps,
    enabled: isValid,
    placeholderData: keepPreviousData,
    staleTime: 5000,
  })
  const change = (index: number, step: Step) =>
    set({ steps: steps.map((other, place) => (place === index ? step : other)) })
  const add = () => {
    const last = steps.at(-1)
    // The next step asks a little less: one proficiency lower, or the skill no more.
    const requirements = (last?.requirements ?? []).flatMap(need =>
      need.minProficiency > 1 ? [{ ...need, minProficiency: need.minProficiency - 1 }] : [],
    )
    set({ steps: [...steps, { afterSeconds: last ? last.afterSeconds + 60 : 0, requirements }] })
  }
  const shown = steps.length > 0 ? steps : [{ afterSeconds: 0, requirements: [] }]
  return (
    <FormPart title={t('queues.steps')} hint={t('queues.stepsHint')}>
      <ol className="flex flex-col">
        {shown.map((step, index) => (
          <StepRow
            key={index}
            step={step}
            isFirst={index === 0}
            isLast={index === shown.length - 1}
            skills={skills}
            agents={preview.data?.[index]?.agents}
            before={index > 0 ? preview.data?.[index - 1]?.agents : undefined}
            timeError={error(`steps.${index}.afterSeconds`)}
            needError={error(`steps.${index}.requirements`)}
            whereError={
              (step.where?.trim() ? null : error(`steps.${index}.where`)) ?? error(`steps.${index}.whenLevelBelow`)
            }
            queueId={queueId}
            onChange={next => (steps.length === 0 ? set({ steps: [next] }) : change(index, next))}
            onRemove={
              steps.length > 1 && index > 0
                ? () => set({ steps: steps.filter((_, place) => place !== index) })
                : undefined
            }
          />
        ))}
      </ol>
      {steps.length < 10 && (steps.length > 0 || shown.some(step => step.requirements.length > 0)) && (
        <Button size="sm" icon={Plus} onClick={add} className="ml-9 self-start">
          {t('queues.addStep')}
        </Button>
      )}
    </FormPart>
  )
}
