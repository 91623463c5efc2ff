import { CHANNELS } from '@centrala/api/channel.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chart } from '../../../components/chart.tsx'
import { Select } from '../../../components/select.tsx'
import { clockDuration, useFormat } from '../../../i18n/format.ts'
import type { QueueValue } from './queue-drawer.tsx'
import { urgencyOverWait } from './urgency.ts'

/** What the order makes of waiting: the points of one who waits, over time, by the router's own rules. */
export function UrgencyPreview({ queue }: { queue: QueueValue }) {
  const { t } = useTranslation(['adminPolicy', 'common'])
  const format = useFormat()
  const [channel, setChannel] = useState<(typeof CHANNELS)[number]>('voice')
  const points = useMemo(() => urgencyOverWait(queue, channel), [queue, channel])
  return (
    <div className="flex flex-col gap-2 rounded-lg p-3 ring-1 ring-line ring-inset">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="font-medium text-xs">{t('preview.title')}</p>
        <Select
          aria-label={t('preview.channel')}
          value={channel}
          onChange={setChannel}
          options={CHANNELS.map(one => ({ value: one, label: t(`common:channel.${one}`) }))}
          className="w-36!"
        />
      </div>
      {points ? (
        <Chart
          label={t('preview.label', { channel: t(`common:channel.${channel}`) })}
          kind="line"
          height={140}
          categories={points.map(point => clockDuration(point.waitMs))}
          series={[{ name: t('preview.points'), values: points.map(point => point.points) }]}
          format={value => format.number(value, { maximumFractionDigits: 1 })}
        />
      ) : (
        <p className="py-6 text-center text-muted">{t('preview.none')}</p>
      )}
      <p className="text-muted text-xs">{t('preview.hint')}</p>
    </div>
  )
}
