import {
  type CannedReply,
  cannedReplyBody,
  changeCannedReply,
  createCannedReply,
  deleteCannedReply,
  TEXT_VARIABLES,
} from '@centrala/api/canned-reply.ts'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'
import { Textarea } from '../../../components/textarea.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { LOCALES } from '../../../i18n/locale.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'

const ANY = 'any'

export function CannedDrawer({ reply, onClose }: { reply: CannedReply | null; onClose: () => void }) {
  const { t } = useTranslation(['adminChannels', 'common'])
  const queues = useQuery(queuesQuery).data ?? []
  const text = useRef<HTMLTextAreaElement>(null)
  const draft = useDraft(cannedReplyBody, {
    shortcut: reply?.shortcut ?? '',
    name: reply?.name ?? '',
    text: reply?.text ?? '',
    locale: reply?.locale ?? null,
    queueId: reply?.queueId ?? null,
  })
  const { value, set, error } = draft
  const save = () => {
    const body = cannedReplyBody.parse(value)
    return reply
      ? api.call(changeCannedReply, { params: { id: reply.id }, body })
      : api.call(createCannedReply, { body })
  }
  const insert = (name: string) => {
    const at = text.current?.selectionStart ?? value.text.length
    const until = text.current?.selectionEnd ?? at
    set({ text: `${value.text.slice(0, at)}{{${name}}}${value.text.slice(until)}` })
    text.current?.focus()
  }
  const used = [...value.text.matchAll(/\{\{\s*([\w.]+)/g)].map(match => match[1] ?? '')
  const unknown = used.filter(name => !(TEXT_VARIABLES as readonly string[]).includes(name))
  return (
    <EditDrawer
      title={reply ? `/${reply.shortcut}` : t('canned.add')}
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        reply && {
          label: t('common:delete'),
          title: t('canned.deleteTitle', { name: reply.name }),
          body: t('canned.deleteBody'),
          run: () => api.call(deleteCannedReply, { params: { id: reply.id } }),
        }
      }
    >
      <NameField draft={draft} label={t('name')} isNew={!reply} />
      <Field label={t('canned.shortcut')} hint={t('canned.shortcutHint')} error={error('shortcut')} required>
        <Input
          value={value.shortcut}
          onChange={event => set({ shortcut: event.target.value.toLowerCase().replace(/[\s_]+/g, '-') })}
          maxLength={40}
          className="font-mono"
        />
      </Field>
      <Field label={t('canned.text')} error={error('text')} required>
        <Textarea
          ref={text}
          value={value.text}
          onChange={event => set({ text: event.target.value })}
          rows={7}
          className="min-h-36"
        />
      </Field>
      <div>
        <p className="mb-1 text-muted text-xs">{t('canned.variables')}</p>
        <div className="flex flex-wrap gap-1">
          {TEXT_VARIABLES.map(name => (
            <Button key={name} size="sm" onClick={() => insert(name)} className="font-mono">
              {name}
            </Button>
          ))}
        </div>
      </div>
      {unknown.length > 0 && (
        <Consequence tone="warn">{t('canned.unknown', { names: unknown.join(', ') })}</Consequence>
      )}
      <Field label={t('language')} hint={t('canned.languageHint')}>
        <Select
          value={value.locale ?? ANY}
          onChange={locale => set({ locale: locale === ANY ? null : locale })}
          options={[
            { value: ANY as typeof ANY | NonNullable<CannedReply['locale']>, label: t('canned.anyLanguage') },
            ...LOCALES.map(one => ({ value: one.code, label: one.name })),
          ]}
        />
      </Field>
      <Field label={t('queue')} hint={t('canned.queueHint')} error={error('queueId')}>
        <Select
          value={value.queueId ?? ANY}
          onChange={queueId => set({ queueId: queueId === ANY ? null : queueId })}
          options={[
            { value: ANY, label: t('canned.everyQueue') },
            ...queues.map(one => ({ value: one.id, label: one.name })),
          ]}
        />
      </Field>
    </EditDrawer>
  )
}
