import { clsx } from 'clsx'
import { type ReactNode, useEffect } from 'react'

interface PageProps {
  title: string
  /** One line under the title. */
  intro?: ReactNode
  actions?: ReactNode
  /** Reading width for forms; otherwise the whole width. */
  narrow?: boolean
  children: ReactNode
}

/** A page that scrolls under its heading: everything except the inbox, which is made of panes. */
export function Page({ title, intro, actions, narrow = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Centrala`
  }, [title])
  return (
    // relative: what is absolute inside (text for screen readers) scrolls with the page instead of lengthening the document
    <div className="relative h-full overflow-y-auto bg-surface">
      <div
        className={clsx(
          'mx-auto flex min-h-full flex-col px-6 pt-5 pb-10 max-sm:px-4',
          narrow ? 'max-w-3xl' : 'max-w-[1600px]',
        )}
      >
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
          <div className="min-w-0">
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            {intro && <p className="mt-0.5 text-muted">{intro}</p>}
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
        <div className="flex flex-1 flex-col">{children}</div>
      </div>
    </div>
  )
}

/** A titled part of a page or pane. */
export function Section({
  title,
  hint,
  actions,
  children,
  className,
}: {
  title: ReactNode
  hint?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <section className={clsx('flex flex-col gap-3 border-t py-5 first:border-t-0', className)}>
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <h2 className="font-semibold text-base">{title}</h2>
          {hint && <p className="text-muted">{hint}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  )
}
