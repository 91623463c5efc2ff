import { useQuery } from '@tanstack/react-query'
import { PhoneCall } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../components/icon-button.tsx'
import { phoneQuery } from './calls.ts'
import { askPhone } from './door.ts'
import { cleanNumber, prettyNumber } from './number.ts'

/** Calls a number that is shown beside it. Nothing where one may not call out, or where it is no number. */
export function DialButton({ number, customerId }: { number: string; customerId: string | null }) {
  const { t } = useTranslation()
  const canDial = useQuery(phoneQuery).data?.canDial ?? false
  const clean = cleanNumber(number)
  if (!canDial || clean === null) return null
  return (
    <IconButton
      icon={PhoneCall}
      size="sm"
      label={t('callNumber', { number: prettyNumber(clean) })}
      onClick={() => askPhone({ kind: 'dial', wish: { number: clean, customerId, interactionId: null } })}
    />
  )
}
