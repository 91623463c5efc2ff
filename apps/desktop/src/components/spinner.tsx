import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'

/** A turning arc; with reduced motion it stands still and the word says it. */
export function Spinner({ size = 16, className }: { size?: number; className?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      aria-hidden="true"
      className={clsx('animate-spin', className)}
    >
      <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeOpacity="0.22" strokeWidth="2" />
      <path d="M14.25 8A6.25 6.25 0 0 0 8 1.75" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  )
}

/** A waiting area that says so, for anything that may last over a second. */
export function Loading({ label, className }: { label?: string; className?: string }) {
  const { t } = useTranslation()
  return (
    <div role="status" className={clsx('grid place-items-center gap-2 p-8 text-muted', className)}>
      <Spinner size={20} />
      <span>{label ?? t('loading')}</span>
    </div>
  )
}
