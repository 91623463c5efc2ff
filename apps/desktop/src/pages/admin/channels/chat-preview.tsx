import { clsx } from 'clsx'
import { MessageCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useConfigForm } from './config-form.tsx'

/** Roughly what a visitor will see. */
export function ChatPreview({ name }: { name: string }) {
  const { t } = useTranslation('adminChannels')
  const { config } = useConfigForm()
  const color = String(config.color ?? '#0f766e')
  const radius = Number(config.radius ?? 16)
  const greeting = (config.greeting ?? {}) as Record<string, string>
  const said = greeting[String(config.locale ?? 'en')] || Object.values(greeting)[0] || t('chat.previewGreeting')
  return (
    <div
      role="img"
      aria-label={t('chat.preview')}
      className={clsx('flex flex-col gap-2', config.position === 'start' ? 'items-start' : 'items-end')}
    >
      <div
        className={clsx(
          'flex h-52 w-full flex-col overflow-hidden bg-surface shadow-pop',
          config.theme === 'dark' && 'scheme-dark',
        )}
        style={{ borderRadius: radius }}
      >
        <div className="px-3 py-2.5 font-semibold text-white" style={{ background: color }}>
          {String(config.title ?? '') || name || '…'}
        </div>
        <div className="flex flex-1 flex-col gap-2 p-3 text-xs">
          <span className="max-w-[85%] self-start bg-theirs px-2.5 py-1.5" style={{ borderRadius: radius * 0.75 }}>
            {said}
          </span>
          <span
            className="max-w-[85%] self-end px-2.5 py-1.5 text-white"
            style={{ background: color, borderRadius: radius * 0.75 }}
          >
            {t('chat.previewVisitor')}
          </span>
        </div>
      </div>
      <span
        className="grid size-10 place-items-center rounded-full text-white shadow-pop"
        style={{ background: color }}
      >
        <MessageCircle size={20} aria-hidden />
      </span>
    </div>
  )
}
