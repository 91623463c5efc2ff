import { Link, useLocation } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { useTranslation } from 'react-i18next'
import { Count } from '../components/badge.tsx'
import { Tooltip } from '../components/tooltip.tsx'
import { useUnreadTotal } from '../pages/inbox/unread.ts'
import { useCan } from '../session/me.ts'
import { Mark } from './mark.tsx'
import { type Place, placesFor } from './places.ts'

/** The places, as a slim rail on a desk. */
export function Rail() {
  const { t } = useTranslation('frame')
  const can = useCan()
  const places = placesFor(can)
  return (
    <nav
      aria-label={t('places')}
      className="flex w-14 shrink-0 flex-col items-center gap-1 border-r bg-canvas pt-2.5 pb-3 max-md:hidden"
    >
      <Mark className="mb-3 size-8" />
      {places
        .filter(place => !place.foot)
        .map(place => (
          <RailLink key={place.key} place={place} />
        ))}
      <span className="flex-1" />
      {places
        .filter(place => place.foot)
        .map(place => (
          <RailLink key={place.key} place={place} />
        ))}
    </nav>
  )
}

function RailLink({ place }: { place: Place }) {
  const { t } = useTranslation('frame')
  const Icon = place.icon
  return (
    <Tooltip label={t(`place.${place.key}`)} keys={place.keys} side="right">
      <Link
        to={place.path}
        aria-label={t(`place.${place.key}`)}
        className="relative grid size-10 place-items-center rounded-lg transition-colors"
        activeProps={{ className: 'bg-selected text-accent-ink' }}
        inactiveProps={{ className: 'text-muted hover:bg-pressed hover:text-ink' }}
      >
        <Icon size={19} strokeWidth={1.8} aria-hidden />
        {place.key === 'inbox' && <Unread className="absolute -top-0.5 -right-0.5" />}
      </Link>
    </Tooltip>
  )
}

function Unread({ className }: { className: string }) {
  const { t } = useTranslation('inbox')
  const count = useUnreadTotal()
  return (
    <span className={className}>
      <Count value={count} label={t('list.unread', { count })} />
    </span>
  )
}

/** The same places under the thumb, on a phone. */
export function BottomBar() {
  const { t } = useTranslation('frame')
  const can = useCan()
  // Inside a conversation the room belongs to it; the way back is at its head.
  const inside = useLocation({ select: ({ pathname }) => /^\/(inbox|conversations)\/./.test(pathname) })
  if (inside) return null
  const places = placesFor(can)
  // Names of so many do not fit side by side in most languages: then only the place one is at has its name.
  const crowded = places.length > 5
  return (
    <nav
      aria-label={t('places')}
      className="flex shrink-0 border-t bg-canvas pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.map(place => {
        const Icon = place.icon
        return (
          <Link
            key={place.key}
            to={place.path}
            className={clsx(
              'group focus-inside relative flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-2xs',
              crowded && 'aria-[current=page]:flex-2',
            )}
            activeProps={{ className: 'text-accent-ink font-medium' }}
            inactiveProps={{ className: 'text-muted' }}
          >
            <span className="relative">
              <Icon size={20} strokeWidth={1.8} aria-hidden />
              {place.key === 'inbox' && <Unread className="absolute -top-1 left-3" />}
            </span>
            <span className={clsx('max-w-full truncate px-1', crowded && 'not-group-aria-[current=page]:sr-only')}>
              {t(`place.${place.key}`)}
            </span>
          </Link>
        )
      })}
    </nav>
  )
}
