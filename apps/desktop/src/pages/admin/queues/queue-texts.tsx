import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { Select } from '../../../components/select.tsx'
import { Textarea } from '../../../components/textarea.tsx'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import { surveysQuery } from '../queries.ts'
import type { QueueValue } from './queue-drawer.tsx'

const NONE = 'none'
/** What the server fills in. */
const IN_SIGNATURE = '{{agent.name}} {{customer.name}} {{queue.name}}'
const IN_AUTO_REPLY = '{{customer.name}} {{queue.name}}'

/** What the queue itself says to customers. */
export function QueueTexts({ draft: { value, set, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation('adminRouting')
  const surveys = useQuery(surveysQuery).data ?? []
  return (
    <FormPart title={t('queues.texts')}>
      <Field
        label={t('queues.signature')}
        hint={`${t('queues.signatureHint')} ${t('queues.textsHint')} ${IN_SIGNATURE}`}
        error={error('signature')}
        optional
      >
        <Textarea value={value.signature} onChange={event => set({ signature: event.target.value })} rows={3} />
      </Field>
      <Field
        label={t('queues.autoReply')}
        hint={`${t('queues.autoReplyHint')} ${t('queues.textsHint')} ${IN_AUTO_REPLY}`}
        error={error('autoReply')}
        optional
      >
        <Textarea value={value.autoReply} onChange={event => set({ autoReply: event.target.value })} rows={4} />
      </Field>
      <Field label={t('queues.survey')} hint={t('queues.surveyHint')} error={error('surveyId')}>
        <Select
          value={value.surveyId ?? NONE}
          onChange={next => set({ surveyId: next === NONE ? null : next })}
          options={[
            { value: NONE, label: t('queues.noSurvey') },
            ...surveys.map(one => ({ value: one.id, label: one.name })),
          ]}
        />
      </Field>
    </FormPart>
  )
}
