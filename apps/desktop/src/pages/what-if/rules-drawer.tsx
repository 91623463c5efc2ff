import { type Queue, queueBody } from '@centrala/api/queue.ts'
import type { QueueWhatIf } from '@centrala/api/what-if.ts'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { Drawer } from '../../components/drawer.tsx'
import { useDraft } from '../admin/form/use-draft.ts'
import type { QueueValue } from '../admin/queues/queue-drawer.tsx'
import { QueueOrder } from '../admin/queues/queue-order.tsx'
import { QueuePreferred } from '../admin/queues/queue-preferred.tsx'
import { QueuePromise } from '../admin/queues/queue-promise.tsx'
import { ReservesEditor } from '../admin/queues/reserves-editor.tsx'
import { StepsEditor } from '../admin/queues/steps-editor.tsx'
import { differenceFrom } from './queue-changes.tsx'

interface RulesDrawerProps {
  queue: Queue
  change: QueueWhatIf
  onDone: (change: QueueWhatIf) => void
  onClose: () => void
}

/** A queue's rules as they would have been, in the same form in which they are set; nothing here changes the queue. */
export function RulesDrawer({ queue, change, onDone, onClose }: RulesDrawerProps) {
  const { t } = useTranslation(['whatIf', 'common'])
  const { id: _id, archivedAt: _archivedAt, ...known } = queue
  const { queueId: _queueId, arrivals: _a, handleTime: _h, patience: _p, ...wanted } = change
  const set = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
  const draft = useDraft<QueueValue>(queueBody, { ...known, ...set })
  return (
    <Drawer
      open
      wide
      onClose={onClose}
      title={t('rules.title', { queue: queue.name })}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button
            look="primary"
            onClick={() => {
              if (draft.check()) onDone(differenceFrom(queue, draft.value, change))
            }}
          >
            {t('rules.done')}
          </Button>
        </>
      }
    >
      <p className="mx-4 mt-4 rounded-md bg-sunken px-3 py-2 text-muted text-xs">{t('rules.hint')}</p>
      <div className="flex flex-col gap-5 px-4 py-4">
        <QueueOrder draft={draft} />
        <StepsEditor draft={draft} queueId={queue.id} />
        <ReservesEditor draft={draft} queueId={queue.id} />
        <QueuePreferred draft={draft} />
        <QueuePromise draft={draft} />
      </div>
    </Drawer>
  )
}
