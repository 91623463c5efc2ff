import { X } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'

/** Closes a dialog or drawer. Without a tooltip of its own, which would take the first Escape for itself. */
export function CloseButton(props: ComponentProps<'button'>) {
  const { t } = useTranslation()
  return (
    <button
      type="button"
      aria-label={t('close')}
      title={t('close')}
      className="-mr-2 inline-grid size-7 shrink-0 place-items-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink pointer-coarse:size-10"
      {...props}
    >
      <X size={16} aria-hidden />
    </button>
  )
}

/** Puts the keyboard on the whole, for what one opens to read. */
export function focusWhole(event: Event): void {
  event.preventDefault()
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
}

/** Puts the keyboard where a person would begin: into the first field, or else on the whole, never on the close button. */
export function focusInside(event: Event): void {
  event.preventDefault()
  const whole = event.currentTarget
  if (!(whole instanceof HTMLElement)) return
  const field = whole.querySelector<HTMLElement>('input:not([type=hidden]):not(:disabled),textarea,[role=combobox]')
  ;(field ?? whole).focus()
}
