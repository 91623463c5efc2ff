import { Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './icon-button.tsx'
import { toast } from './toast.tsx'

/** Text to take elsewhere: a snippet, a key, a secret. */
export function CopyBlock({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation()
  return (
    <section aria-label={label} className="flex items-start gap-1 rounded-md bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 break-all py-1 font-mono text-xs">{text}</code>
      <IconButton
        icon={Copy}
        size="sm"
        label={t('copy')}
        onClick={async () => {
          await navigator.clipboard.writeText(text)
          toast({ tone: 'ok', title: t('copied') })
        }}
      />
    </section>
  )
}
