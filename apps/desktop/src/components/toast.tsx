import { clsx } from 'clsx'
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import { Toast as Radix } from 'radix-ui'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'

interface ToastInput {
  title: string
  detail?: string
  tone?: 'info' | 'ok' | 'bad'
  /** Something the person may still do about it, such as Undo. */
  action?: { label: string; run: () => void }
  durationMs?: number
}
interface ToastItem extends ToastInput {
  id: number
}

let items: readonly ToastItem[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly ToastItem[]) {
  items = next
  for (const listener of listeners) listener()
}

/** Says what just happened. An error stays until it is closed; the rest leave alone. */
export function toast(input: ToastInput): void {
  lastId += 1
  change([...items.filter(item => item.title !== input.title), { ...input, id: lastId }].slice(-3))
}

const ICONS = { info: Info, ok: CircleCheck, bad: CircleAlert }

export function Toasts() {
  const { t } = useTranslation()
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => items,
  )
  return (
    <Radix.Provider label={t('notification')} swipeDirection="right">
      {shown.map(item => {
        const tone = item.tone ?? 'info'
        const Icon = ICONS[tone]
        const close = () => change(items.filter(other => other.id !== item.id))
        return (
          <Radix.Root
            key={item.id}
            type={tone === 'bad' ? 'foreground' : 'background'}
            duration={item.durationMs ?? (tone === 'bad' ? Number.POSITIVE_INFINITY : item.action ? 8000 : 4000)}
            onOpenChange={open => !open && close()}
            className="flex animate-rise items-start gap-2.5 rounded-lg bg-raised py-2 pr-2 pl-3 shadow-dialog"
          >
            <Icon
              size={17}
              aria-hidden
              className={clsx(
                'mt-0.5 shrink-0',
                tone === 'ok' && 'text-ok',
                tone === 'bad' && 'text-bad',
                tone === 'info' && 'text-accent-ink',
              )}
            />
            <div className="min-w-0 flex-1 py-0.5">
              <Radix.Title className="font-medium">{item.title}</Radix.Title>
              {item.detail && <Radix.Description className="text-muted">{item.detail}</Radix.Description>}
            </div>
            {item.action && (
              <Radix.Action asChild altText={item.action.label}>
                <Button size="sm" onClick={item.action.run}>
                  {item.action.label}
                </Button>
              </Radix.Action>
            )}
            <Radix.Close asChild>
              <IconButton icon={X} label={t('close')} size="sm" />
            </Radix.Close>
          </Radix.Root>
        )
      })}
      <Radix.Viewport className="fixed right-4 bottom-4 z-60 flex w-96 max-w-[calc(100vw-24px)] flex-col gap-2 outline-none max-sm:right-3 max-sm:bottom-18" />
    </Radix.Provider>
  )
}
