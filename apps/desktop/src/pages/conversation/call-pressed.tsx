import type { Call } from '@centrala/api/call.ts'
import { useTranslation } from 'react-i18next'

/** What the caller chose and keyed in before somebody answered, in their order. */
export function CallPressed({ pressed }: { pressed: Call['pressed'] }) {
  const { t } = useTranslation('call')
  if (pressed.length === 0) return null
  return (
    <ul aria-label={t('pressed')} className="flex flex-wrap gap-1">
      {pressed.map((one, index) => (
        <li key={index} className="max-w-full truncate rounded-sm bg-sunken px-1.5 py-0.5 text-xs">
          {one.label}
          {one.digits !== null && one.digits !== '' && (
            <>
              {' '}
              <span className="figures font-medium">{one.digits}</span>
            </>
          )}
          {one.digits === null && <span className="text-muted"> {t('hidden')}</span>}
        </li>
      ))}
    </ul>
  )
}
