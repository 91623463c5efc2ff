import { hearSpeech, type Speech, setSpeech, speechBody } from '@centrala/api/prompt.ts'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { useDraft } from '../form/use-draft.ts'
import { languageOptions } from '../skills/languages.ts'
import { useHear } from './use-hear.ts'

/** Who speaks texts: a program on the server, or a speech service of one's choice. */
export function SpeechDrawer({ speech, onClose }: { speech: Speech; onClose: () => void }) {
  const { t } = useTranslation('adminPhone')
  const { espeakInstalled, keySet, ...known } = speech
  const draft = useDraft<Omit<Speech, 'espeakInstalled' | 'keySet'> & { key?: string | null }>(speechBody, known)
  const { value, set, error } = draft
  const [sample, setSample] = useState({ language: currentLocale().slice(0, 2), text: t('speech.sampleText') })
  const { hear, busy } = useHear()
  return (
    <EditDrawer
      title={t('speech.title')}
      draft={draft}
      save={() => api.call(setSpeech, { body: speechBody.parse(value) })}
      onClose={onClose}
    >
      <Field label={t('speech.engine')} hint={t(`speech.engineHint.${value.engine}`)}>
        <Select
          value={value.engine}
          onChange={engine => set({ engine })}
          options={(['espeak', 'endpoint'] as const).map(one => ({ value: one, label: t(`speech.engineIs.${one}`) }))}
        />
      </Field>
      {value.engine === 'espeak' && !espeakInstalled && (
        <Consequence tone="warn">{t('speech.notInstalled')}</Consequence>
      )}
      {value.engine === 'endpoint' && (
        <>
          <Field label={t('speech.url')} error={error('url')} required>
            <Input
              value={value.url}
              onChange={event => set({ url: event.target.value })}
              placeholder="https://api.example.com/v1/audio/speech"
            />
          </Field>
          <Field label={t('speech.key')} hint={t('trunks.passwordHint')} error={error('key')}>
            <Input
              type="password"
              autoComplete="new-password"
              value={value.key ?? ''}
              placeholder={keySet ? t('trunks.passwordStored') : ''}
              onChange={event => set({ key: event.target.value })}
            />
          </Field>
          <Field label={t('speech.model')} error={error('model')} optional>
            <Input value={value.model} onChange={event => set({ model: event.target.value })} placeholder="tts-1" />
          </Field>
        </>
      )}
      <Field label={t('speech.voice')} hint={t('speech.voiceHint')} optional>
        <Input
          value={value.voices['*'] ?? ''}
          onChange={event => {
            const { '*': _, ...others } = value.voices
            set({ voices: event.target.value ? { ...others, '*': event.target.value } : others })
          }}
        />
      </Field>
      <FormPart title={t('speech.sample')} hint={t('speech.sampleHint')}>
        <Field label={t('language')}>
          <Combobox
            value={sample.language}
            onChange={language => setSample({ ...sample, language })}
            options={languageOptions(currentLocale(), sample.language)}
          />
        </Field>
        <Field label={t('prompts.text')}>
          <Input value={sample.text} onChange={event => setSample({ ...sample, text: event.target.value })} />
        </Field>
        <Button
          size="sm"
          icon={Play}
          busy={busy}
          disabled={sample.text.trim() === ''}
          className="self-start"
          onClick={() => void hear(api.url(hearSpeech, { query: sample }))}
        >
          {t('listen')}
        </Button>
      </FormPart>
    </EditDrawer>
  )
}
