import { ApiError } from '@centrala/api/client.ts'
import { Link, useRouter } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../api.ts'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { toast } from '../components/toast.tsx'
import { keys } from '../live/apply-event.ts'
import { PartGone, reloadOnce, serverAnswers } from '../part.ts'

const AGAIN_MS = 5000

const calls = () => queries.getQueryData<unknown[]>(keys.myCalls)?.length ?? 0

/** A page that could not be shown. What the server could not answer is asked again; a page older than the server is loaded anew, though never under a call. */
export function PageFailed({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const router = useRouter()
  const gone = error instanceof PartGone
  const away = error instanceof ApiError && (error.status === 0 || error.status >= 502)
  useEffect(() => {
    if (!gone && !away) return
    const again = async () => {
      if (away) await router.invalidate()
      else if (calls() === 0 && (await serverAnswers())) reloadOnce()
    }
    if (gone) void again()
    const timer = setInterval(() => void again(), AGAIN_MS)
    return () => clearInterval(timer)
  }, [gone, away, router])
  const retry = async () => {
    if (away) return router.invalidate()
    // Without a server, the browser would show a page of its own instead.
    if (await serverAnswers()) location.reload()
    else toast({ tone: 'bad', title: t('problem.server.unreachable') })
  }
  return <ErrorState error={error} retry={() => void retry()} />
}

export function NotFound() {
  const { t } = useTranslation()
  return (
    <EmptyState
      icon={Compass}
      title={t('error.notFoundTitle')}
      action={
        <Button asChild>
          <Link to="/">{t('error.goHome')}</Link>
        </Button>
      }
    >
      {t('error.notFound')}
    </EmptyState>
  )
}
