import { RadioTower, RefreshCw, WifiOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../components/button.tsx'
import { Popover } from '../components/popover.tsx'
import { useFormat } from '../i18n/format.ts'
import { tryLiveNow, useLiveState } from '../live/live.ts'

/** Whether what one sees is what is: quiet while it is, plain words when it is not. */
export function LiveSign() {
  const { t } = useTranslation('frame')
  const format = useFormat()
  const state = useLiveState()
  const down = state.kind === 'down'
  const words = down ? t('live.down', { time: format.time(state.since) }) : t(`live.${state.kind}`)
  const Icon = { live: RadioTower, catchingUp: RefreshCw, down: WifiOff }[state.kind]
  return (
    <>
      <span role="status" className="sr-only">
        {state.kind === 'live' ? '' : words}
      </span>
      <Popover
        label={words}
        className="w-72 p-3"
        trigger={
          <button
            type="button"
            aria-label={words}
            className={`flex h-8 items-center gap-1.5 rounded-md px-2 text-xs transition-colors hover:bg-hover ${
              down ? 'bg-bad-soft font-medium text-bad-ink' : state.kind === 'live' ? 'text-muted' : 'text-warn-ink'
            }`}
          >
            <Icon size={15} aria-hidden className={state.kind === 'live' ? 'text-ok' : ''} />
            <span className={down ? 'max-sm:hidden' : 'max-lg:hidden'}>{words}</span>
          </button>
        }
      >
        <p className="font-medium">{words}</p>
        <p className="mt-1 text-muted">{t(`live.${state.kind}Hint`)}</p>
        {down && (
          <Button icon={RefreshCw} size="sm" className="mt-3" onClick={tryLiveNow}>
            {t('live.tryNow')}
          </Button>
        )}
      </Popover>
    </>
  )
}
