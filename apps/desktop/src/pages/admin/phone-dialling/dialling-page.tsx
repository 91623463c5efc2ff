import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../../../components/error-state.tsx'
import { Page } from '../../../components/page.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { diallingQuery } from '../phone-queries.ts'
import { EmergencyForm } from './emergency-form.tsx'
import { LimitsForm } from './limits-form.tsx'
import { RulesForm } from './rules-form.tsx'

/** Where calls may go and what they may cost: nothing is dialled that nobody has allowed. */
export function DiallingPage() {
  const { t } = useTranslation('adminPhone')
  const query = useQuery(diallingQuery)
  return (
    <Page title={t('dialling.title')} intro={t('dialling.intro')} narrow>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : (
        <>
          <RulesForm
            key={JSON.stringify(query.data.rules)}
            rules={query.data.rules}
            emergency={query.data.emergency.numbers}
          />
          <EmergencyForm key={JSON.stringify(query.data.emergency)} emergency={query.data.emergency} />
          <LimitsForm
            key={JSON.stringify(query.data.limits)}
            limits={query.data.limits}
            spentToday={query.data.spentToday}
          />
        </>
      )}
    </Page>
  )
}
