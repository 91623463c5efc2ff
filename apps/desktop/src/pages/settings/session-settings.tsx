import { listSessions, revokeSession } from '@centrala/api/session.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/page.tsx'
import { Loading } from '../../components/spinner.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'

/** Where one is signed in, and signing out elsewhere. */
export function SessionSettings() {
  const { t } = useTranslation('settings')
  const key = ['my', 'sessions']
  const sessions = useQuery({ queryKey: key, queryFn: async () => (await api.call(listSessions)).items, staleTime: 0 })
  const revoke = useMutation({
    mutationFn: (id: string) => api.call(revokeSession, { params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  return (
    <Section title={t('sessions.title')} hint={t('sessions.hint')}>
      {sessions.isPending && <Loading />}
      {sessions.isError && <ErrorState error={sessions.error} retry={() => void sessions.refetch()} />}
      <ul className="flex flex-col divide-y divide-line">
        {sessions.data?.map(session => (
          <li key={session.id} className="flex min-h-12 items-center gap-3 py-1.5">
            <span className="min-w-0 flex-1">
              <span className="flex items-center gap-2">
                <span className="truncate font-medium">{session.browser ?? t('sessions.unknown')}</span>
                {session.current && <Badge tone="accent">{t('sessions.current')}</Badge>}
              </span>
              <span className="text-muted text-xs">
                {session.address} · {t('sessions.seen')} <TimeAgo at={session.seenAt} />
              </span>
            </span>
            {!session.current && (
              <Button
                size="sm"
                busy={revoke.isPending && revoke.variables === session.id}
                onClick={() => revoke.mutate(session.id)}
              >
                {t('sessions.revoke')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}
