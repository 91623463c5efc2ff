import {
  deletePromptAudio,
  getPromptAudio,
  PROMPT_MOST_LETTERS,
  type Prompt,
  speakPrompt,
  uploadPromptAudio,
} from '@centrala/api/prompt.ts'
import { useMutation } from '@tanstack/react-query'
import { Speech, Trash2, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { Field } from '../../../components/field.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Textarea } from '../../../components/textarea.tsx'
import { toast } from '../../../components/toast.tsx'
import { clockDuration } from '../../../i18n/format.ts'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { convertAudio } from './convert-audio.ts'
import { usePromptLanguage } from './prompt-language.ts'
import { RecordButton } from './record-button.tsx'

interface VariantEditorProps {
  prompt: Prompt
  language: string
  onRemoved: () => void
}

/** One language of a prompt: heard, and put in by a file, the microphone, or a text that is spoken. */
export function VariantEditor({ prompt, language, onRemoved }: VariantEditorProps) {
  const { t } = useTranslation('adminPhone')
  const name = usePromptLanguage()(language)
  const variant = prompt.variants.find(one => one.language === language)
  const [text, setText] = useState(variant?.text ?? '')
  const picker = useRef<HTMLInputElement>(null)
  const params = { id: prompt.id, language }
  const write = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.configuration() }),
    onError: error =>
      toast({
        tone: 'bad',
        title: error instanceof DOMException ? t('prompts.notPlayable') : problemWords(error),
      }),
  })
  const upload = (file: Blob) =>
    write.mutate(async () => api.upload(uploadPromptAudio, { params }, await convertAudio(file), 'prompt.wav'))
  const remove = () =>
    variant ? write.mutate(() => api.call(deletePromptAudio, { params }).then(onRemoved)) : onRemoved()
  return (
    <section aria-label={name} className="flex flex-col gap-2 rounded-lg p-3 ring-1 ring-line ring-inset">
      <div className="flex items-center gap-2">
        <h3 className="font-medium">{name}</h3>
        {variant && <span className="figures text-muted text-xs">{clockDuration(variant.durationMs)}</span>}
        {variant && <Badge>{t(`prompts.from.${variant.from}`)}</Badge>}
        <span className="flex-1" />
        <IconButton icon={Trash2} size="sm" label={t('remove', { what: name })} onClick={remove} />
      </div>
      {variant && (
        // biome-ignore lint/a11y/useMediaCaption: it is a recorded sentence; where it was spoken from a text, the text stands below
        <audio
          controls
          preload="none"
          aria-label={t('prompts.listenTo', { name })}
          src={api.url(getPromptAudio, { params, query: { v: variant.audioId } })}
          className="h-9 w-full"
        />
      )}
      <div className="flex flex-wrap gap-2">
        <input
          ref={picker}
          type="file"
          accept="audio/*,video/mp4"
          className="sr-only"
          tabIndex={-1}
          aria-label={t('prompts.upload')}
          onChange={event => {
            const file = event.target.files?.[0]
            event.target.value = ''
            if (file) upload(file)
          }}
        />
        <Button size="sm" icon={Upload} busy={write.isPending} onClick={() => picker.current?.click()}>
          {t('prompts.upload')}
        </Button>
        <RecordButton onRecorded={upload} />
      </div>
      <Field label={t('prompts.text')}>
        <Textarea
          value={text}
          onChange={event => setText(event.target.value)}
          maxLength={PROMPT_MOST_LETTERS}
          rows={2}
          lang={language === '*' ? undefined : language}
        />
      </Field>
      <Button
        size="sm"
        icon={Speech}
        className="self-start"
        disabled={text.trim() === ''}
        busy={write.isPending}
        onClick={() => write.mutate(() => api.call(speakPrompt, { params, body: { text } }))}
      >
        {t('prompts.speak')}
      </Button>
    </section>
  )
}
