import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../components/button.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorState } from '../components/error-state.tsx'

export function PageFailed({ error }: { error: unknown }) {
  return <ErrorState error={error} retry={() => location.reload()} />
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
