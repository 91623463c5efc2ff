import type { VoiceSettings } from '@centrala/api/queue.ts'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Select } from '../../../components/select.tsx'
import { useCan } from '../../../session/me.ts'
import { Consequence, FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import { OptionalNumber } from '../phone-flows/optional-number.tsx'
import { promptsQuery } from '../phone-queries.ts'
import type { QueueValue } from './queue-drawer.tsx'

const NONE = 'none'

/** How callers wait, and whether their calls are recorded. */
export function QueueVoice({ draft: { value, setIn, error } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation('adminPhone')
  const mayListPrompts = useCan()('channel.manage')
  const prompts = useQuery({ ...promptsQuery, enabled: mayListPrompts }).data ?? []
  const { voice } = value
  const set = <Key extends keyof VoiceSettings>(key: Key, next: VoiceSettings[Key]) => setIn(`voice.${key}`, next)
  const prompt = (
    key: 'musicPromptId' | 'greetingPromptId' | 'recordingAnnouncementPromptId' | 'closedPromptId',
    none: string,
  ) => (
    <Field label={t(`queueVoice.${key}`)} hint={t(`queueVoice.${key}Hint`)} error={error(`voice.${key}`)}>
      <Select
        value={voice[key] ?? NONE}
        disabled={!mayListPrompts}
        onChange={next => set(key, next === NONE ? null : next)}
        options={[
          { value: NONE, label: none },
          ...prompts.map(one => ({ value: one.id, label: one.name })),
          ...(mayListPrompts || voice[key] === null
            ? []
            : [{ value: voice[key] ?? '', label: t('queueVoice.chosen') }]),
        ]}
      />
    </Field>
  )
  return (
    <FormPart title={t('queueVoice.title')} hint={t('queueVoice.hint')}>
      <div className="grid gap-4 sm:grid-cols-2">
        {prompt('greetingPromptId', t('queueVoice.noGreeting'))}
        {prompt('musicPromptId', t('queueVoice.ownMusic'))}
        {prompt('closedPromptId', t('queueVoice.ownWords'))}
      </div>
      <Checkbox
        checked={voice.announcePosition}
        onChange={next => set('announcePosition', next)}
        label={t('queueVoice.announcePosition')}
      />
      <Checkbox
        checked={voice.announceWait}
        onChange={next => set('announceWait', next)}
        label={t('queueVoice.announceWait')}
        hint={t('queueVoice.announceWaitHint')}
      />
      {(voice.announcePosition || voice.announceWait) && (
        <Field label={t('queueVoice.every')} error={error('voice.announceEverySeconds')}>
          <NumberInput
            value={voice.announceEverySeconds}
            onChange={next => set('announceEverySeconds', next)}
            min={10}
            max={3600}
            unit={t('seconds')}
          />
        </Field>
      )}
      <OptionalNumber
        label={t('queueVoice.callback')}
        off={t('queueVoice.noCallback')}
        value={voice.callbackAfterSeconds}
        start={60}
        min={0}
        unit={t('queueVoice.secondsWaited')}
        error={error('voice.callbackAfterSeconds')}
        onChange={next => set('callbackAfterSeconds', next)}
      />
      <Field label={t('queueVoice.record')}>
        <Select
          value={voice.record}
          onChange={next => set('record', next)}
          options={(['never', 'onDemand', 'always'] as const).map(one => ({
            value: one,
            label: t(`queueVoice.recordIs.${one}`),
          }))}
        />
      </Field>
      {voice.record !== 'never' && (
        <>
          {prompt('recordingAnnouncementPromptId', t('queueVoice.ownWords'))}
          <Consequence tone="warn">{t('queueVoice.law')}</Consequence>
        </>
      )}
    </FormPart>
  )
}
