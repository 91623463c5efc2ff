import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { queries } from '../../../api.ts'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import type { Draft } from '../form/use-draft.ts'

/** Saves a form that stands in a page: what is wrong is shown at its field, the rest in a sentence. */
export function useSave(draft: Draft<object>, save: () => Promise<unknown>) {
  const { t } = useTranslation('common')
  const saving = useMutation({
    mutationFn: save,
    onSuccess: async () => {
      toast({ tone: 'ok', title: t('saved') })
      await queries.invalidateQueries({ queryKey: keys.configuration() })
    },
    onError: error => {
      if (!draft.refuse(error)) toast({ tone: 'bad', title: problemWords(error) })
    },
  })
  return { busy: saving.isPending, submit: () => draft.check() && !saving.isPending && saving.mutate() }
}
