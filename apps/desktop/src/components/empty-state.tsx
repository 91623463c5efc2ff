import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** Nothing here, said kindly: what would be here and what one can do. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon?: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="mx-auto flex h-full max-w-sm flex-col items-center justify-center gap-1 p-8 text-center">
      {Icon && <Icon size={28} strokeWidth={1.5} aria-hidden className="mb-2 text-faint" />}
      <p className="font-medium text-base">{title}</p>
      {children && <p className="text-muted">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
