import { clsx } from 'clsx'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { CloseButton, focusInside } from './close-button.tsx'

const WIDTHS = { sm: 'max-w-sm', md: 'max-w-lg', lg: 'max-w-3xl' }

export interface DialogProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  width?: keyof typeof WIDTHS
  /** Buttons, the main one last. */
  footer?: ReactNode
  children?: ReactNode
}

/** A question or small form over the page. Focus goes in, stays in, and returns to where it was. */
export function Dialog({ open, onClose, title, description, width = 'md', footer, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={next => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-overlay" />
        <Radix.Content
          onOpenAutoFocus={focusInside}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={clsx(
            'fixed inset-x-0 top-[12vh] z-40 mx-auto flex max-h-[80vh] w-[calc(100%-24px)] animate-enter flex-col rounded-xl bg-raised shadow-dialog outline-none',
            'max-sm:top-auto max-sm:bottom-0 max-sm:w-full max-sm:rounded-b-none max-sm:pb-[env(safe-area-inset-bottom)]',
            WIDTHS[width],
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-2">
            <div className="min-w-0">
              <Radix.Title className="font-semibold text-lg">{title}</Radix.Title>
              {description && <Radix.Description className="mt-0.5 text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <CloseButton />
            </Radix.Close>
          </div>
          {children && <div className="min-h-0 overflow-y-auto px-5 py-2">{children}</div>}
          {footer && <div className="flex flex-wrap justify-end gap-2 px-5 pt-2 pb-4">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
