import { clsx } from 'clsx'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { CloseButton, focusWhole } from './close-button.tsx'

interface DrawerProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  /** The drawer's content carries its own visible heading; the title is for screen readers. */
  bare?: boolean
  wide?: boolean
  footer?: ReactNode
  children: ReactNode
}

/** Detail beside the page it belongs to, from the right edge; the whole screen on a phone. */
export function Drawer({ open, onClose, title, bare = false, wide = false, footer, children }: DrawerProps) {
  return (
    <Radix.Root open={open} onOpenChange={next => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Radix.Content
          onOpenAutoFocus={focusWhole}
          aria-describedby={undefined}
          className={clsx(
            'fixed inset-y-0 right-0 z-40 flex w-full animate-slide flex-col bg-surface shadow-dialog outline-none',
            wide ? 'sm:max-w-2xl' : 'sm:max-w-md',
          )}
        >
          <div className="flex h-12 shrink-0 items-center justify-between gap-4 border-b px-4">
            <Radix.Title className={clsx('truncate font-semibold text-base', bare && 'sr-only')}>{title}</Radix.Title>
            <span className="flex-1" />
            <Radix.Close asChild>
              <CloseButton />
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
