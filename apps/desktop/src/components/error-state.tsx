import { RotateCw, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { problemWords } from '../i18n/problem-words.ts'
import { Button } from './button.tsx'

/** Something failed: what happened, in the server's words, and a way to try again. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation()
  return (
    <div role="alert" className="mx-auto flex max-w-sm flex-col items-center gap-1 p-8 text-center">
      <TriangleAlert size={26} strokeWidth={1.5} aria-hidden className="mb-2 text-bad" />
      <p className="font-medium text-base">{t('error.title')}</p>
      <p className="text-muted">{problemWords(error)}</p>
      {retry && (
        <Button icon={RotateCw} onClick={retry} className="mt-3">
          {t('retry')}
        </Button>
      )}
    </div>
  )
}
