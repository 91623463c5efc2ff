import { Search } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Kbd } from '../components/kbd.tsx'
import { whenIdle } from '../idle.ts'
import { part } from '../part.ts'
import { useCan } from '../session/me.ts'
import { LiveSign } from './live-sign.tsx'
import { MeMenu } from './me-menu.tsx'
import { Notifications } from './notifications.tsx'
import { PresenceMenu } from './presence-menu.tsx'
import { WaitingSign } from './waiting-sign.tsx'

/** Loaded after the first screen: a call needs a moment longer to come than a page to open. */
const PhoneSign = lazy(() => whenIdle().then(part(() => import('../phone/phone-sign.tsx'))))

export function TopBar({ onPalette, onKeys }: { onPalette: () => void; onKeys: () => void }) {
  const { t } = useTranslation('frame')
  const can = useCan()
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-canvas px-3 max-sm:gap-1 max-sm:px-2">
      <button
        type="button"
        onClick={onPalette}
        aria-keyshortcuts="Control+K"
        className="flex h-8 w-72 min-w-0 items-center gap-2 rounded-md bg-surface px-2.5 text-faint ring-1 ring-line ring-inset transition-colors hover:text-muted hover:ring-line-strong/60 max-lg:w-48 max-md:w-10 max-md:justify-center pointer-coarse:h-10"
      >
        <Search size={15} aria-hidden className="shrink-0" />
        <span className="flex-1 truncate text-left max-md:sr-only">{t('palette.open')}</span>
        <span className="max-md:hidden">
          <Kbd keys="mod+k" />
        </span>
      </button>
      <span className="flex-1" />
      <WaitingSign />
      {(can('inbox.handle') || can('supervise.act')) && (
        <Suspense fallback={null}>
          <PhoneSign />
        </Suspense>
      )}
      <LiveSign />
      <Notifications />
      <PresenceMenu />
      <MeMenu onKeys={onKeys} />
    </header>
  )
}
