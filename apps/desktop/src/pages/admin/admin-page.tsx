import { Link, useParams } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { ChevronLeft } from 'lucide-react'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Loading } from '../../components/spinner.tsx'
import { NotFound } from '../../frame/page-failed.tsx'
import { useCan } from '../../session/me.ts'
import { GROUPS, sectionsFor } from './sections.ts'

/** Everything that can be set up: a list of what there is at the side, and the one that is open. On a phone, one of the two. */
export function AdminPage() {
  const { t } = useTranslation('admin')
  const { section: key } = useParams({ strict: false })
  const sections = sectionsFor(useCan())
  const open = sections.find(section => section.key === key)
  return (
    <div className="flex h-full min-h-0">
      <nav
        aria-label={t('title')}
        className={clsx(
          'w-56 shrink-0 overflow-y-auto border-r bg-canvas px-2 py-4 max-md:w-full',
          key && 'max-md:hidden',
        )}
      >
        <h1 className="px-2 pb-2 font-semibold text-base md:sr-only">{t('title')}</h1>
        {GROUPS.map(group => {
          const inside = sections.filter(section => section.group === group)
          if (inside.length === 0) return null
          return (
            <section key={group} className="mb-3">
              <h2 className="px-2 pb-1 font-medium text-faint text-xs">{t(`group.${group}`)}</h2>
              <ul>
                {inside.map(section => (
                  <li key={section.key}>
                    <Link
                      to="/admin/$section"
                      params={{ section: section.key }}
                      className="focus-inside flex h-8 items-center gap-2 rounded-md px-2 pointer-coarse:h-11"
                      activeProps={{ className: 'bg-selected font-medium text-accent-ink' }}
                      inactiveProps={{ className: 'text-muted hover:bg-pressed hover:text-ink' }}
                    >
                      <section.icon size={16} aria-hidden />
                      {t(`section.${section.key}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )
        })}
      </nav>
      <div className={clsx('min-w-0 flex-1', !key && 'max-md:hidden')}>
        {key && (
          <Link to="/admin" className="flex h-10 items-center gap-1 border-b px-3 text-muted md:hidden">
            <ChevronLeft size={16} aria-hidden />
            {t('title')}
          </Link>
        )}
        <div className={clsx(key ? 'max-md:h-[calc(100%-40px)]' : '', 'md:h-full')}>
          {open ? (
            <Suspense fallback={<Loading />}>
              <open.page key={open.key} />
            </Suspense>
          ) : key ? (
            <NotFound />
          ) : (
            <p className="grid h-full place-items-center p-8 text-muted">{t('chooseSection')}</p>
          )}
        </div>
      </div>
    </div>
  )
}
