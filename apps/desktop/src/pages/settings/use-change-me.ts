import type { Body } from '@centrala/api/route.ts'
import { changeMe } from '@centrala/api/session.ts'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { meQuery } from '../../session/me.ts'

export function useChangeMe() {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: (body: Body<typeof changeMe>) => api.call(changeMe, { body }),
    onSuccess: me => {
      queries.setQueryData(meQuery.queryKey, me)
      toast({ tone: 'ok', title: t('saved') })
    },
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
}
