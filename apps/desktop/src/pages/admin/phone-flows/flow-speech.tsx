import { type FlowShown, getFlow, speakFlow } from '@centrala/api/flow.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Progress } from '../../../components/progress.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { useSay } from '../../../i18n/use-say.ts'
import { keys } from '../../../live/apply-event.ts'
import { Consequence } from '../form/form-part.tsx'
import { usePromptLanguage } from '../phone-prompts/prompt-language.ts'

/** How far the texts of a saved flow are spoken: callers hear only those that are. */
export function FlowSpeech({ flow }: { flow: FlowShown }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const say = useSay()
  const languageOf = usePromptLanguage()
  const { data } = useQuery({
    queryKey: keys.configuration('flow', flow.id),
    queryFn: () => api.call(getFlow, { params: { id: flow.id } }),
    initialData: flow,
    // While texts wait and nothing has gone wrong, it is being worked on.
    refetchInterval: query => {
      const speech = query.state.data?.speech
      return speech && speech.waiting.length > 0 ? (speech.sentence ? 10_000 : 1000) : false
    },
  })
  const again = useMutation({
    mutationFn: () => api.call(speakFlow, { params: { id: flow.id }, body: {} }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const { total, waiting, sentence, phrase } = data.speech
  if (waiting.length === 0) return null
  const languages = [...new Set(waiting.map(text => languageOf(text.language)))].join(', ')
  if (sentence)
    return (
      <Consequence tone="warn">
        <span className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 flex-1">
            {t('flows.notSpoken', { count: waiting.length, languages })} {say(phrase, sentence)}
          </span>
          <Button size="sm" busy={again.isPending} onClick={() => again.mutate()}>
            {t('common:retry')}
          </Button>
        </span>
      </Consequence>
    )
  return (
    <div role="status" className="flex flex-col gap-1 text-muted text-xs">
      {t('flows.speaking', { done: total - waiting.length, total })}
      <Progress value={(total - waiting.length) / total} label={t('flows.speech')} />
    </div>
  )
}
