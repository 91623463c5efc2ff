import { listCalls } from '@centrala/api/call.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import { useQuery } from '@tanstack/react-query'
import { TriangleAlert, Voicemail } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Duration } from '../../components/duration.tsx'
import { otherSide, phoneQuery } from '../../phone/calls.ts'
import { askPhone } from '../../phone/door.ts'
import { prettyNumber } from '../../phone/number.ts'
import { connectPhone, usePhone } from '../../phone/phone.ts'
import { canHear, signKind } from '../../phone/sign-kind.ts'
import { CallPressed } from './call-pressed.tsx'

/** In the card of an offered call: the number, what was pressed before, how long they have waited; and whether I would be heard. */
export default function CallOffer({ offer }: { offer: Interaction }) {
  const { t } = useTranslation('call')
  const phone = useQuery(phoneQuery).data
  const view = usePhone()
  const calls = useQuery({
    queryKey: ['call', 'offer', offer.id, offer.version],
    queryFn: async () => (await api.call(listCalls, { params: { id: offer.id } })).items,
  }).data
  const call = calls?.at(-1)
  const number = call && otherSide(call)
  const kind = signKind(view, phone)
  const over = call !== undefined && call.state === 'ended'
  const voicemail = call?.recordings.find(one => one.kind === 'voicemail')
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-baseline gap-x-3 text-muted text-xs">
        {call && (
          <span className="figures">
            {number ? prettyNumber(number) : t(call.way === 'web' ? 'card.web' : 'private')}
          </span>
        )}
        {call?.numberName && <span className="truncate">→ {call.numberName}</span>}
        {offer.queuedAt && (
          <span>
            {t('offer.waits')} <Duration since={offer.queuedAt} className="font-medium text-ink" />
          </span>
        )}
      </p>
      {over && (
        <p className="flex items-center gap-1.5 font-medium">
          {voicemail && <Voicemail size={15} aria-hidden className="text-muted" />}
          {voicemail ? t('card.voicemail') : t('card.callback')}
          {voicemail?.durationMs != null && <Duration ms={voicemail.durationMs} className="font-normal text-muted" />}
        </p>
      )}
      {call && <CallPressed pressed={call.pressed} />}
      {phone && !over && !canHear(kind) && (
        <p className="flex items-center gap-2 rounded-md bg-warn-soft px-2 py-1.5 text-warn-ink text-xs">
          <TriangleAlert size={14} aria-hidden className="shrink-0" />
          <span className="flex-1">{t(kind === 'off' ? 'offer.off' : `sign.${kind}`)}</span>
          <Button size="sm" onClick={() => (kind === 'off' ? connectPhone() : askPhone({ kind: 'panel' }))}>
            {t(kind === 'off' ? 'do.connect' : 'do.why')}
          </Button>
        </p>
      )}
    </div>
  )
}
