import type { Message } from '@centrala/api/message.ts'
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Tooltip } from '../../components/tooltip.tsx'
import { useFormat } from '../../i18n/format.ts'

/** How far one of our messages has come: on its way, sent, delivered, read, failed. Each has its own shape. */
export function DeliveryMark({
  message,
}: {
  message: Pick<Message, 'status' | 'statusDetail' | 'deliveredAt' | 'readAt'>
}) {
  const { t } = useTranslation('inbox')
  const format = useFormat()
  const { status, statusDetail, deliveredAt, readAt } = message
  const Icon = {
    stored: Clock,
    sending: Clock,
    sent: Check,
    delivered: CheckCheck,
    read: CheckCheck,
    failed: CircleAlert,
  }[status]
  const at = status === 'read' ? readAt : status === 'delivered' ? deliveredAt : null
  const words = `${t(`delivery.${status}`)}${at ? ` · ${format.dateTime(at)}` : ''}`
  return (
    <Tooltip label={statusDetail && status === 'failed' ? `${words}: ${statusDetail}` : words}>
      <span
        role="img"
        aria-label={words}
        className={status === 'read' ? 'text-accent-ink' : status === 'failed' ? 'text-bad' : 'text-faint'}
      >
        <Icon size={14} aria-hidden strokeWidth={status === 'read' ? 2.6 : 2} />
      </span>
    </Tooltip>
  )
}
