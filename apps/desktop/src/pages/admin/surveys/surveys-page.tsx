import { changeSurvey, createSurvey, deleteSurvey, type Survey, surveyBody } from '@centrala/api/survey.ts'
import { useQuery } from '@tanstack/react-query'
import { Smile } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Badge } from '../../../components/badge.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { useQueueNames } from '../../../configuration/configuration.ts'
import { LOCALES } from '../../../i18n/locale.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { ListPage } from '../form/list-page.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { useOpen } from '../form/use-open.ts'
import { surveysQuery } from '../queries.ts'

/** What customers are asked when a contact has ended. */
export function SurveysPage() {
  const { t } = useTranslation('adminQuality')
  const query = useQuery(surveysQuery)
  const queues = useQueueNames()
  const { open, show, close } = useOpen()
  const survey = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('surveys.title')}
      intro={t('surveys.intro')}
      icon={Smile}
      query={query}
      addLabel={t('surveys.add')}
      empty={{ title: t('surveys.emptyTitle'), body: t('surveys.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => row.name}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span className="flex items-center gap-2 font-medium">
              {row.name}
              {!row.active && <Badge>{t('off')}</Badge>}
            </span>
          ),
          sortBy: row => row.name,
        },
        {
          key: 'queues',
          label: t('surveys.askedIn'),
          cell: row =>
            row.queueIds.length === 0 ? (
              <Badge tone="warn">{t('surveys.nowhere')}</Badge>
            ) : (
              <span className="line-clamp-1 text-muted">
                {row.queueIds.map(id => queues.get(id) ?? '…').join(', ')}
              </span>
            ),
        },
        {
          key: 'answers',
          label: t('surveys.answers'),
          align: 'right',
          cell: row => row.answerCount,
          sortBy: row => row.answerCount,
        },
      ]}
    >
      {(open === 'new' || survey) && <SurveyDrawer key={open} survey={survey ?? null} onClose={close} />}
    </ListPage>
  )
}

function SurveyDrawer({ survey, onClose }: { survey: Survey | null; onClose: () => void }) {
  const { t } = useTranslation(['adminQuality', 'common'])
  const draft = useDraft(surveyBody, {
    name: survey?.name ?? '',
    question: survey?.question ?? ({} as Survey['question']),
    active: survey?.active ?? true,
  })
  const { value, set, error } = draft
  const save = () => {
    const body = surveyBody.parse(value)
    return survey ? api.call(changeSurvey, { params: { id: survey.id }, body }) : api.call(createSurvey, { body })
  }
  return (
    <EditDrawer
      title={survey ? survey.name : t('surveys.add')}
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        survey && {
          label: t('common:delete'),
          title: t('surveys.deleteTitle', { name: survey.name }),
          body: t('surveys.deleteBody'),
          run: () => api.call(deleteSurvey, { params: { id: survey.id } }),
        }
      }
    >
      <NameField draft={draft} label={t('name')} hint={t('surveys.nameHint')} isNew={!survey} />
      <Checkbox
        checked={value.active}
        onChange={active => set({ active })}
        label={t('surveys.active')}
        hint={t('surveys.activeHint')}
      />
      <FormPart title={t('surveys.question')} hint={t('surveys.questionHint')}>
        {LOCALES.map(locale => (
          <Field key={locale.code} label={locale.name} error={error(`question.${locale.code}`)}>
            <Input
              value={value.question[locale.code] ?? ''}
              lang={locale.intl}
              maxLength={500}
              placeholder={t('surveys.ourWords')}
              onChange={event => set({ question: { ...value.question, [locale.code]: event.target.value } })}
            />
          </Field>
        ))}
      </FormPart>
      <Consequence>{t('surveys.means')}</Consequence>
    </EditDrawer>
  )
}
