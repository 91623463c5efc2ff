import { TEXT_VARIABLES } from '@centrala/api/canned-reply.ts'
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

/** What the queue itself says to customers. */
export function QueueTexts({ draft: { value, set, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation('adminRouting')
  const surveys = useQuery(surveysQuery).data ?? []
  const variables = TEXT_VARIABLES.map(name => `{{${name}}}`).join(' ')
  return (
    <FormPart title={t('queues.texts')} hint={`${t('queues.textsHint')} ${variables}`}>
      <Field label={t('queues.signature')} hint={t('queues.signatureHint')} error={error('signature')} optional>
        <Textarea value={value.signature} onChange={event => set({ signature: event.target.value })} rows={3} />
      </Field>
      <Field label={t('queues.autoReply')} hint={t('queues.autoReplyHint')} error={error('autoReply')} optional>
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
