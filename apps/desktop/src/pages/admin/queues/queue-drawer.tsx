import {
  archiveQueue,
  changeQueue,
  createQueue,
  DEFAULT_VOICE,
  type Queue,
  queueBody,
  restoreQueue,
} from '@centrala/api/queue.ts'
import { DEFAULT_POLICY } from '@centrala/api/queue-policy.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArchiveRestore } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { CheckList } from '../../../components/check-list.tsx'
import { Field } from '../../../components/field.tsx'
import { Select } from '../../../components/select.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { brandsQuery, hoursQuery, profilesQuery } from '../queries.ts'
import { QueueOrder } from './queue-order.tsx'
import { QueuePreferred } from './queue-preferred.tsx'
import { QueuePromise } from './queue-promise.tsx'
import { QueueTexts } from './queue-texts.tsx'
import { QueueVoice } from './queue-voice.tsx'
import { QueueWaiting } from './queue-waiting.tsx'
import { QueueWrapUp } from './queue-wrap-up.tsx'
import { ReservesEditor } from './reserves-editor.tsx'
import { StepsEditor } from './steps-editor.tsx'

const NONE = 'none'
/** What a queue begins with, as the database has it too. */
const FRESH = {
  name: '',
  brandId: null,
  hoursId: null,
  priority: 0,
  ageingPerMinute: 1,
  steps: [],
  policy: DEFAULT_POLICY,
  offerSeconds: 30,
  wrapUpSeconds: 60,
  wrapUpRequired: false,
  contactReasonRequired: false,
  preferredSeconds: 60,
  tellPosition: true,
  tellWait: true,
  preferLastAgent: true,
  targetSeconds: { chat: 30, email: 14_400, voice: 20, form: 14_400 },
  targetPercent: 80,
  abandonSeconds: 5,
  signature: '',
  autoReply: '',
  surveyId: null,
  wrapUpCodeIds: [],
  routingProfileIds: [],
  voice: DEFAULT_VOICE,
} satisfies Omit<Queue, 'id' | 'archivedAt'>

export type QueueValue = Omit<Queue, 'id' | 'archivedAt'>

export function QueueDrawer({ queue, onClose }: { queue: Queue | null; onClose: () => void }) {
  const { t } = useTranslation(['adminRouting', 'common'])
  const { id: _id, archivedAt: _archivedAt, ...known } = queue ?? { id: '', archivedAt: null, ...FRESH }
  const draft = useDraft<QueueValue>(queueBody, known)
  const { value, set, error } = draft
  const hours = useQuery(hoursQuery).data ?? []
  const brands = useQuery(brandsQuery).data ?? []
  const profiles = useQuery(profilesQuery).data ?? []
  const save = () => {
    const body = queueBody.parse(value)
    return queue ? api.call(changeQueue, { params: { id: queue.id }, body }) : api.call(createQueue, { body })
  }
  const restore = useMutation({
    mutationFn: (id: string) => api.call(restoreQueue, { params: { id } }),
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: keys.configuration() })
    },
    onError: failure => toast({ tone: 'bad', title: problemWords(failure) }),
  })
  return (
    <EditDrawer
      title={queue ? queue.name : t('queues.add')}
      wide
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        queue && queue.archivedAt === null
          ? {
              label: t('queues.archive'),
              title: t('queues.archiveTitle', { name: queue.name }),
              body: t('queues.archiveBody'),
              run: () => api.call(archiveQueue, { params: { id: queue.id } }),
            }
          : null
      }
      extra={
        queue?.archivedAt != null && (
          <Button
            icon={ArchiveRestore}
            busy={restore.isPending}
            onClick={() => restore.mutate(queue.id)}
            className="mr-auto"
          >
            {t('queues.restore')}
          </Button>
        )
      }
    >
      <FormPart title={t('basics')}>
        <NameField draft={draft} label={t('name')} hint={t('queues.nameHint')} isNew={!queue} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('hours.title')} hint={t('queues.hoursHint')} error={error('hoursId')}>
            <Select
              value={value.hoursId ?? NONE}
              onChange={next => set({ hoursId: next === NONE ? null : next })}
              options={[
                { value: NONE, label: t('queues.alwaysOpen') },
                ...hours.map(plan => ({
                  value: plan.id,
                  label: plan.name,
                  hint: t(plan.openNow ? 'hours.open' : 'hours.closed'),
                })),
              ]}
            />
          </Field>
          {brands.length > 0 && (
            <Field label={t('brand')} hint={t('queues.brandHint')} error={error('brandId')}>
              <Select
                value={value.brandId ?? NONE}
                onChange={next => set({ brandId: next === NONE ? null : next })}
                options={[
                  { value: NONE, label: t('queues.noBrand') },
                  ...brands.map(one => ({ value: one.id, label: one.name })),
                ]}
              />
            </Field>
          )}
        </div>
      </FormPart>
      <FormPart title={t('queues.servedBy')} hint={t('queues.servedByHint')}>
        {profiles.length === 0 ? (
          <p className="text-muted">
            {t('queues.noProfiles')}{' '}
            <Link
              to="/admin/$section"
              params={{ section: 'profiles' }}
              search={{ open: 'new' }}
              className="text-accent-ink underline"
            >
              {t('profiles.add')}
            </Link>
          </p>
        ) : (
          <CheckList
            columns
            label={t('queues.servedBy')}
            options={profiles.map(profile => ({
              value: profile.id,
              label: profile.name,
              hint: t('profiles.used', { count: profile.agentCount }),
            }))}
            value={value.routingProfileIds}
            onChange={routingProfileIds => set({ routingProfileIds })}
          />
        )}
        {profiles.length > 0 && value.routingProfileIds.length === 0 && (
          <Consequence tone="warn">{t('queues.servedByNobody')}</Consequence>
        )}
      </FormPart>
      <StepsEditor draft={draft} queueId={queue?.id ?? null} />
      <QueuePreferred draft={draft} />
      <QueueOrder draft={draft} />
      <ReservesEditor draft={draft} queueId={queue?.id ?? null} />
      <QueuePromise draft={draft} />
      <QueueWaiting draft={draft} />
      <QueueWrapUp draft={draft} />
      <QueueVoice draft={draft} />
      <QueueTexts draft={draft} />
    </EditDrawer>
  )
}
