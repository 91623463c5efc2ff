import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'
import { moved, OrderList } from '../../../components/order-list.tsx'
import { Select } from '../../../components/select.tsx'
import { useConfigForm } from './config-form.tsx'
import { LocalisedField } from './localised-field.tsx'

interface Question {
  id: string
  kind: 'text' | 'email' | 'phone' | 'longText' | 'choice'
  label: Record<string, string>
  required: boolean
  options: string[]
}

const KINDS = ['text', 'email', 'phone', 'longText', 'choice'] as const

/** What a visitor is asked before the chat begins, in order. */
export function PreChatEditor() {
  const { t } = useTranslation('adminChannels')
  const { config, set, error } = useConfigForm()
  const questions = (config.preChat ?? []) as Question[]
  const change = (index: number, patch: Partial<Question>) =>
    set(
      'preChat',
      questions.map((other, place) => (place === index ? { ...other, ...patch } : other)),
    )
  const add = (id: string, kind: Question['kind']) =>
    set('preChat', [...questions, { id, kind, label: {}, required: false, options: [] }])
  const has = (id: string) => questions.some(question => question.id === id)
  const freeId = () => {
    let count = questions.length + 1
    while (has(`question${count}`)) count++
    return `question${count}`
  }
  return (
    <>
      <OrderList
        label={t('chat.preChat')}
        items={questions}
        itemKey={question => String(questions.indexOf(question))}
        handleLabel={question => t('chat.moveQuestion', { name: question.id })}
        onMove={(from, to) => set('preChat', moved(questions, from, to))}
        className="flex flex-col gap-3"
      >
        {(question, index) => (
          <div className="flex flex-col gap-2 rounded-md bg-sunken p-2.5">
            <div className="flex flex-wrap items-end gap-2">
              <Field label={t('chat.questionId')} error={error(`preChat.${index}.id`)} className="w-40">
                <Input
                  value={question.id}
                  onChange={event => change(index, { id: event.target.value })}
                  className="font-mono"
                />
              </Field>
              <Field label={t('chat.questionKind')} className="w-40">
                <Select
                  value={question.kind}
                  onChange={kind => change(index, { kind })}
                  options={KINDS.map(kind => ({ value: kind, label: t(`chat.kindOf.${kind}`) }))}
                />
              </Field>
              <span className="flex h-8 items-center">
                <Checkbox
                  checked={question.required}
                  onChange={required => change(index, { required })}
                  label={t('chat.required')}
                />
              </span>
              <span className="flex-1" />
              <IconButton
                icon={X}
                size="sm"
                label={t('remove', { what: question.id })}
                onClick={() =>
                  set(
                    'preChat',
                    questions.filter((_, place) => place !== index),
                  )
                }
              />
            </div>
            {question.kind === 'choice' && (
              <Field label={t('chat.options')} hint={t('chat.optionsHint')} error={error(`preChat.${index}.options`)}>
                <Input
                  value={question.options.join(', ')}
                  onChange={event =>
                    change(index, {
                      options: event.target.value
                        .split(/,\s*/)
                        .filter((option, place, all) => option !== '' || place === all.length - 1),
                    })
                  }
                />
              </Field>
            )}
            <LocalisedField path={`preChat.${index}.label`} label={t('chat.questionLabel')} />
          </div>
        )}
      </OrderList>
      <div className="flex flex-wrap gap-2">
        {!has('name') && (
          <Button size="sm" icon={Plus} onClick={() => add('name', 'text')}>
            {t('chat.askName')}
          </Button>
        )}
        {!has('email') && (
          <Button size="sm" icon={Plus} onClick={() => add('email', 'email')}>
            {t('chat.askEmail')}
          </Button>
        )}
        {questions.length < 12 && (
          <Button size="sm" icon={Plus} onClick={() => add(freeId(), 'text')}>
            {t('chat.askOther')}
          </Button>
        )}
      </div>
    </>
  )
}
