import { CHANNELS, type Channel } from '@centrala/api/channel.ts'
import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import type { QueueValue } from './queue-drawer.tsx'

/** Channels on which people wait for hours are told in minutes. */
const SLOW: readonly Channel[] = ['email', 'form']

/** What customers are promised: answered within a time, for a share of them. */
export function QueuePromise({ draft: { value, set, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation(['adminRouting', 'common'])
  const target = (channel: Channel, amount: number) =>
    set({
      targetSeconds: { ...value.targetSeconds, [channel]: SLOW.includes(channel) ? Math.round(amount * 60) : amount },
    })
  return (
    <FormPart title={t('queues.promise')} hint={t('queues.promiseHint')}>
      <div className="grid gap-4 sm:grid-cols-2">
        {CHANNELS.map(channel => {
          const seconds = value.targetSeconds[channel] ?? Number.NaN
          const slow = SLOW.includes(channel)
          return (
            <Field
              key={channel}
              label={t('queues.targetOf', { channel: t(`common:channel.${channel}`) })}
              error={error(`targetSeconds.${channel}`)}
            >
              <NumberInput
                value={slow ? seconds / 60 : seconds}
                onChange={amount => target(channel, amount)}
                min={1}
                unit={t(slow ? 'minutes' : 'seconds')}
              />
            </Field>
          )
        })}
        <Field label={t('queues.percent')} error={error('targetPercent')}>
          <NumberInput
            value={value.targetPercent}
            onChange={targetPercent => set({ targetPercent })}
            min={1}
            max={100}
            unit="%"
          />
        </Field>
        <Field label={t('queues.abandon')} hint={t('queues.abandonHint')} error={error('abandonSeconds')}>
          <NumberInput
            value={value.abandonSeconds}
            onChange={abandonSeconds => set({ abandonSeconds })}
            min={0}
            max={600}
            unit={t('seconds')}
          />
        </Field>
      </div>
      {Number.isFinite(value.targetSeconds.chat) && Number.isFinite(value.targetPercent) && (
        <Consequence>
          {t('queues.promiseMeans', { percent: value.targetPercent, seconds: value.targetSeconds.chat ?? 0 })}
        </Consequence>
      )}
    </FormPart>
  )
}
