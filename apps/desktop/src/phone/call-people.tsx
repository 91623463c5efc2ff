import { type Call, removeLeg } from '@centrala/api/call.ts'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { IconButton } from '../components/icon-button.tsx'
import { toast } from '../components/toast.tsx'
import { problemWords } from '../i18n/problem-words.ts'
import { useMe } from '../session/me.ts'
import { useCallsNow } from './calls-now.ts'
import { prettyNumber } from './number.ts'
import { judgeLeg } from './quality.ts'
import { QualityDot } from './quality-dot.tsx'

/** Who is in the call, how well each is heard, and, for its agent, a way to take somebody out. */
export function CallPeople({ call, customer, canRemove }: { call: Call; customer: string; canRemove: boolean }) {
  const { t } = useTranslation(['call', 'common'])
  const me = useMe()
  const legs = call.legs.filter(leg => leg.endedAt === null)
  const live = useCallsNow().get(call.id)?.legs
  return (
    <ul aria-label={t('people')} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
      {legs.map(leg => {
        const name =
          leg.kind === 'customer'
            ? customer
            : leg.userId === me.id
              ? t('common:you')
              : (leg.userName ?? (leg.address ? prettyNumber(leg.address) : t(`leg.${leg.kind}`)))
        const now = live?.find(one => one.legId === leg.id)
        return (
          <li key={leg.id} className="flex items-center gap-1">
            <QualityDot word={judgeLeg(now?.quality ?? leg.quality)} />
            <span className="max-w-40 truncate">{name}</span>
            {leg.answeredAt === null && leg.kind !== 'customer' && leg.userId !== me.id && (
              <span className="text-muted">{t('leg.ringing')}</span>
            )}
            {canRemove && leg.kind !== 'customer' && leg.userId !== me.id && (
              <IconButton
                icon={X}
                size="sm"
                label={t('do.remove', { name })}
                onClick={() =>
                  void api
                    .call(removeLeg, { params: { id: call.id, legId: leg.id } })
                    .catch(error => toast({ tone: 'bad', title: problemWords(error) }))
                }
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}
