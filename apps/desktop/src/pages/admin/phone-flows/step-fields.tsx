import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Select } from '../../../components/select.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { currentLocale } from '../../../i18n/i18n.ts'
import { hoursQuery } from '../queries.ts'
import { languageOptions } from '../skills/languages.ts'
import { AttributesEditor } from './attributes-editor.tsx'
import { OptionalNumber } from './optional-number.tsx'
import { RepeatFields } from './repeat-fields.tsx'
import { SaysEditor } from './says-editor.tsx'
import type { StepForm } from './step-panel.tsx'

const NONE = 'none'

/** The form of every kind of step but the menu. */
export function StepFields({ step, set, error, target }: StepForm) {
  const { t } = useTranslation('adminPhone')
  const queues = useQuery(queuesQuery).data ?? []
  const hours = useQuery(hoursQuery).data ?? []
  const says = (hint?: string) =>
    'says' in step && (
      <SaysEditor
        label={t('flows.says')}
        {...(hint && { hint })}
        value={step.says}
        onChange={(next, field) => set({ says: next }, field)}
        error={place => error(`says.${place}`)}
      />
    )
  const queue = (hint: string) =>
    'queueId' in step && (
      <Field label={t('queue')} hint={hint} error={error('queueId')}>
        <Combobox
          value={step.queueId || null}
          onChange={queueId => set({ queueId })}
          options={queues.map(one => ({ value: one.id, label: one.name }))}
        />
      </Field>
    )
  switch (step.type) {
    case 'say':
      return (
        <>
          {says()}
          {target('next')}
        </>
      )
    case 'end':
      return says(t('flows.endSays'))
    case 'ask':
      return (
        <>
          {says(t('flows.askSays'))}
          <Field label={t('flows.askName')} hint={t('flows.askNameHint')} error={error('name')}>
            <Input value={step.name} onChange={event => set({ name: event.target.value }, 'name')} maxLength={40} />
          </Field>
          <div className="grid grid-cols-2 gap-3">
            <Field label={t('flows.minDigits')} error={error('minDigits')}>
              <NumberInput value={step.minDigits} onChange={minDigits => set({ minDigits })} min={1} max={40} />
            </Field>
            <Field label={t('flows.maxDigits')} error={error('maxDigits')}>
              <NumberInput value={step.maxDigits} onChange={maxDigits => set({ maxDigits })} min={1} max={40} />
            </Field>
            <Field label={t('flows.endKey')}>
              <Select
                value={step.endKey || NONE}
                onChange={next => set({ endKey: next === NONE ? '' : next })}
                options={[
                  { value: '#', label: '#' },
                  { value: '*', label: '*' },
                  { value: NONE, label: t('flows.noEndKey') },
                ]}
              />
            </Field>
            <RepeatFields step={step} set={set} error={error} />
          </div>
          <Checkbox
            checked={step.sensitive}
            onChange={sensitive => set({ sensitive })}
            label={t('flows.sensitive')}
            hint={t('flows.sensitiveHint')}
          />
          {target('next')}
          {target('otherwise')}
        </>
      )
    case 'hours':
      return (
        <>
          <Field label={t('flows.step.hours')} error={error('hoursId')}>
            <Combobox
              value={step.hoursId || null}
              onChange={hoursId => set({ hoursId })}
              options={hours.map(one => ({ value: one.id, label: one.name }))}
            />
          </Field>
          {target('open')}
          {target('closed')}
        </>
      )
    case 'set': {
      const { language, ...plain } = step
      return (
        <>
          <Field label={t('flows.choosesLanguage')}>
            <Combobox
              value={language ?? NONE}
              onChange={next => set(next === NONE ? { ...plain, language: undefined } : { language: next })}
              options={[
                { value: NONE, label: t('flows.keepsLanguage') },
                ...languageOptions(currentLocale(), language ?? null),
              ]}
            />
          </Field>
          <AttributesEditor value={step.attributes} onChange={(attributes, field) => set({ attributes }, field)} />
          {target('next')}
        </>
      )
    }
    case 'queue':
      return (
        <>
          {queue(t('flows.queueHint'))}
          <Field label={t('flows.priority')} hint={t('flows.priorityHint')} error={error('priority')}>
            <NumberInput value={step.priority} onChange={priority => set({ priority })} min={-1000} max={1000} />
          </Field>
          <OptionalNumber
            label={t('flows.maxWait')}
            off={t('flows.waitsForEver')}
            value={step.maxWaitSeconds}
            start={600}
            unit={t('seconds')}
            min={1}
            error={error('maxWaitSeconds')}
            onChange={maxWaitSeconds => set({ maxWaitSeconds })}
          />
          <OptionalNumber
            label={t('flows.maxWaiting')}
            off={t('flows.anyNumber')}
            value={step.maxWaiting}
            start={20}
            min={0}
            error={error('maxWaiting')}
            onChange={maxWaiting => set({ maxWaiting })}
          />
          {target('next')}
        </>
      )
    case 'voicemail':
      return (
        <>
          {queue(t('flows.voicemailQueue'))}
          {says(t('flows.voicemailSays'))}
          <Field label={t('flows.maxLength')} error={error('maxSeconds')}>
            <NumberInput
              value={step.maxSeconds}
              onChange={maxSeconds => set({ maxSeconds })}
              min={5}
              max={900}
              unit={t('seconds')}
            />
          </Field>
          {target('next')}
        </>
      )
    case 'forward':
      return (
        <>
          <Field label={t('flows.forwardTo')} hint={t('flows.forwardHint')} error={error('to')}>
            <Input
              type="tel"
              className="figures"
              value={step.to}
              onChange={event => set({ to: event.target.value }, 'to')}
              placeholder="+385 1 234 5678"
            />
          </Field>
          <Field label={t('flows.rings')} error={error('timeoutSeconds')}>
            <NumberInput
              value={step.timeoutSeconds}
              onChange={timeoutSeconds => set({ timeoutSeconds })}
              min={5}
              max={300}
              unit={t('seconds')}
            />
          </Field>
          {target('next')}
        </>
      )
    default:
      return null
  }
}
