import { Outlet, useNavigate } from '@tanstack/react-router'
import { Keyboard, Monitor, Moon, Search, Sun } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/actions.ts'
import { listenToKeyboard } from '../actions/keyboard.ts'
import { ConfirmDialog } from '../components/confirm.tsx'
import { Loading } from '../components/spinner.tsx'
import { setTheme, THEMES } from '../design/theme.ts'
import { whenIdle } from '../idle.ts'
import { connectLive } from '../live/live.ts'
import { part } from '../part.ts'
import { useCan, useMe } from '../session/me.ts'
import { useSessionEnded } from '../session/session.ts'
import { Greeter } from './greeter.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { Palette } from './palette.tsx'
import { placesFor } from './places.ts'
import { BottomBar, Rail } from './rail.tsx'
import { SessionEnded } from './session-ended.tsx'
import { TopBar } from './top-bar.tsx'

const AdminActions = lazy(() => whenIdle().then(part(() => import('../pages/admin/admin-actions.tsx'))))
const PhoneStrip = lazy(() => whenIdle().then(part(() => import('../phone/phone-strip.tsx'))))
const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon }

/** What stands around every page for everyone who is signed in. */
export function Frame() {
  const { t } = useTranslation('frame')
  const me = useMe()
  const can = useCan()
  const navigate = useNavigate()
  const ended = useSessionEnded()
  const [over, setOver] = useState<'palette' | 'keys' | null>(null)
  const close = () => setOver(null)

  useEffect(listenToKeyboard, [])
  useEffect(() => (ended ? undefined : connectLive(me.id)), [me.id, ended])
  useActions([
    {
      id: 'palette',
      title: t('palette.label'),
      section: t('section.general'),
      icon: Search,
      keys: 'mod+k',
      whileTyping: true,
      quiet: true,
      run: () => setOver(over === 'palette' ? null : 'palette'),
    },
    {
      id: 'keys',
      title: t('keys.show'),
      section: t('section.general'),
      icon: Keyboard,
      keys: '?',
      run: () => setOver('keys'),
    },
    ...placesFor(can).map(place => ({
      id: `go.${place.key}`,
      title: t(`place.${place.key}`),
      section: t('section.go'),
      icon: place.icon,
      keys: place.keys,
      run: () => void navigate({ to: place.path }),
    })),
    ...THEMES.map(theme => ({
      id: `theme.${theme}`,
      title: t(`theme.${theme}`),
      section: t('section.look'),
      icon: THEME_ICONS[theme],
      run: () => setTheme(theme),
    })),
  ])

  const administers = placesFor(can).some(place => place.key === 'admin')
  return (
    <div className="flex h-dvh bg-canvas">
      {administers && (
        <Suspense fallback={null}>
          <AdminActions />
        </Suspense>
      )}
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent"
      >
        {t('skipToContent')}
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onPalette={() => setOver('palette')} onKeys={() => setOver('keys')} />
        {(can('inbox.handle') || can('supervise.act')) && (
          <Suspense fallback={null}>
            <PhoneStrip />
          </Suspense>
        )}
        <main id="content" tabIndex={-1} className="min-h-0 flex-1 bg-surface outline-none">
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
        <BottomBar />
      </div>
      {can('inbox.handle') && <Greeter />}
      <Palette open={over === 'palette'} onClose={close} />
      <KeyboardHelp open={over === 'keys'} onClose={close} />
      <ConfirmDialog />
      {ended && <SessionEnded />}
    </div>
  )
}
