import { CHANNELS, type Channel } from '@centrala/api/channel.ts'
import { ORDERS } from '@centrala/api/queue-policy.ts'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { ChoiceCards } from '../../../components/choice-cards.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import { CostCurve } from './cost-curve.tsx'
import { CURVES, type CurveName } from './cost-points.ts'
import type { QueueValue } from './queue-drawer.tsx'
import { UrgencyPreview } from './urgency-preview.tsx'

/** Whose turn it is: by which rule, and what that makes of waiting. */
export function QueueOrder({ draft }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation(['adminPolicy', 'adminRouting'])
  const { value, set, setIn, error, errorBelow } = draft
  const { policy, targetSeconds } = value
  const target = targetSeconds.voice ?? targetSeconds.chat ?? 20
  // Minutes of waiting after which this queue's work comes before fresh work of a queue with ten points more.
  const minutes = value.ageingPerMinute > 0 ? Math.ceil(10 / value.ageingPerMinute) : null
  const draw = (name: CurveName) => setIn('policy.curve', CURVES[name](target))
  return (
    <FormPart title={t('order.title')} hint={t('order.hint')}>
      <ChoiceCards
        label={t('order.title')}
        value={policy.order}
        onChange={order => {
          const needsCurve = order === 'cost' && policy.curve.length < 2
          set({ policy: { ...policy, order, ...(needsCurve && { curve: CURVES.rising(target) }) } })
        }}
        options={ORDERS.map(order => ({
          value: order,
          label: t(`order.by.${order}`),
          hint: t(`order.means.${order}`),
        }))}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('adminRouting:priority')}
          hint={t(policy.order === 'priority' ? 'adminRouting:queues.priorityHint' : 'order.extra')}
          error={error('priority')}
        >
          <NumberInput value={value.priority} onChange={priority => set({ priority })} min={-1000} max={1000} />
        </Field>
        {policy.order === 'priority' && (
          <Field
            label={t('adminRouting:queues.ageing')}
            hint={t('adminRouting:queues.ageingHint')}
            error={error('ageingPerMinute')}
          >
            <NumberInput
              value={value.ageingPerMinute}
              onChange={ageingPerMinute => set({ ageingPerMinute })}
              min={0}
              max={100}
              step={0.1}
              unit={t('adminRouting:queues.pointsPerMinute')}
            />
          </Field>
        )}
      </div>
      {policy.order === 'priority' && Number.isFinite(value.ageingPerMinute) && (
        <Consequence tone={minutes === null ? 'warn' : 'plain'}>
          {minutes === null ? t('adminRouting:queues.noAgeing') : t('adminRouting:queues.ageingMeans', { minutes })}
        </Consequence>
      )}
      {policy.order === 'cost' && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset inside a fieldset would ask for a legend of its own */}
          <div role="group" aria-label={t('curve.begin')} className="flex flex-wrap items-center gap-2">
            <span className="text-muted text-xs">{t('curve.begin')}</span>
            {(Object.keys(CURVES) as CurveName[]).map(name => (
              <Button key={name} size="sm" onClick={() => draw(name)}>
                {t(`curve.shape.${name}`)}
              </Button>
            ))}
          </div>
          <CostCurve
            points={policy.curve}
            onChange={curve => setIn('policy.curve', curve)}
            error={errorBelow('policy.curve')}
          />
          <Field label={t('order.handle')} hint={t('order.handleHint')} error={error('policy.handleSeconds')}>
            <NumberInput
              value={policy.handleSeconds}
              onChange={next => setIn('policy.handleSeconds', next)}
              min={1}
              max={86_400}
              unit={t('seconds')}
            />
          </Field>
        </>
      )}
      <UrgencyPreview queue={value} />
      <WaitBounds draft={draft} />
    </FormPart>
  )
}

/** Nobody waits longer than this while others who wait less are served. */
function WaitBounds({ draft: { value, setIn, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation(['adminPolicy', 'common'])
  const bounds = value.policy.maxWaitSeconds
  const isSlow = (channel: Channel) => channel === 'email' || channel === 'form'
  const bound = (channel: Channel, amount: number) => {
    const seconds = Number.isNaN(amount) ? undefined : Math.round(amount * (isSlow(channel) ? 60 : 1))
    setIn(`policy.maxWaitSeconds.${channel}`, seconds)
  }
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium text-xs">{t('bound.title')}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        {CHANNELS.map(channel => {
          const seconds = bounds[channel] ?? Number.NaN
          return (
            <Field
              key={channel}
              label={t(`common:channel.${channel}`)}
              error={error(`policy.maxWaitSeconds.${channel}`)}
            >
              <NumberInput
                value={isSlow(channel) ? seconds / 60 : seconds}
                onChange={amount => bound(channel, amount)}
                min={1}
                unit={t(isSlow(channel) ? 'minutes' : 'seconds')}
              />
            </Field>
          )
        })}
      </div>
      <p className="text-muted text-xs">{t('bound.hint')}</p>
    </div>
  )
}
