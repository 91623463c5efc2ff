import { clsx } from 'clsx'

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={clsx('block animate-pulse rounded-md bg-pressed', className)} />
}

/** Rows that stand in for a list while it loads. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-hidden className="flex flex-col gap-4 p-4">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex items-center gap-3">
          <Skeleton className="size-9 rounded-full" />
          <div className="flex flex-1 flex-col gap-1.5">
            <Skeleton className={clsx('h-3', ['w-2/5', 'w-3/5', 'w-1/2'][index % 3])} />
            <Skeleton className={clsx('h-3', ['w-4/5', 'w-full', 'w-3/4'][index % 3])} />
          </div>
        </div>
      ))}
    </div>
  )
}
