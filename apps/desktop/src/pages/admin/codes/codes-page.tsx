import * as reasons from '@centrala/api/contact-reason.ts'
import * as codes from '@centrala/api/wrap-up-code.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../../components/page.tsx'
import { Tabs } from '../../../components/tabs.tsx'
import { CodeTree, type TreeRoutes } from './code-tree.tsx'

const WRAP_UP: TreeRoutes = {
  key: 'wrap-up-codes',
  list: codes.listWrapUpCodes,
  create: codes.createWrapUpCode,
  change: codes.changeWrapUpCode,
  order: codes.orderWrapUpCodes,
  archive: codes.archiveWrapUpCode,
  restore: codes.restoreWrapUpCode,
}
const REASONS: TreeRoutes = {
  key: 'contact-reasons',
  list: reasons.listContactReasons,
  create: reasons.createContactReason,
  change: reasons.changeContactReason,
  order: reasons.orderContactReasons,
  archive: reasons.archiveContactReason,
  restore: reasons.restoreContactReason,
}

/** What agents choose from at the end of a contact: how it ended, and why the customer came. */
export function CodesPage() {
  const { t } = useTranslation('adminQuality')
  const [tab, setTab] = useState<'wrapUp' | 'reasons'>('wrapUp')
  return (
    <Page title={t('codes.title')} intro={t('codes.intro')} narrow>
      <Tabs
        value={tab}
        onChange={setTab}
        label={t('codes.title')}
        className="-mx-4 mt-3"
        tabs={[
          {
            value: 'wrapUp',
            label: t('codes.wrapUp'),
            content: <CodeTree routes={WRAP_UP} label={t('codes.wrapUp')} />,
          },
          {
            value: 'reasons',
            label: t('codes.reasons'),
            content: <CodeTree routes={REASONS} label={t('codes.reasons')} />,
          },
        ]}
      />
    </Page>
  )
}
