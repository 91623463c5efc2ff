import type { ReactNode } from 'react'

/** A titled part of a form in a drawer, with what it is for. */
export function FormPart({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 border-t pt-4 first:border-t-0 first:pt-0">
      <legend className="float-left w-full">
        <span className="block font-semibold text-base">{title}</span>
        {hint && <span className="block text-muted text-xs">{hint}</span>}
      </legend>
      {children}
    </fieldset>
  )
}

/** What the settings mean in practice, told while they are being changed. */
export function Consequence({ tone = 'plain', children }: { tone?: 'plain' | 'warn'; children: ReactNode }) {
  return (
    <div
      role="status"
      className={
        tone === 'warn'
          ? 'rounded-md bg-warn-soft px-3 py-2 text-warn-ink text-xs'
          : 'rounded-md bg-sunken px-3 py-2 text-muted text-xs'
      }
    >
      {children}
    </div>
  )
}
