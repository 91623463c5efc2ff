import { type Interaction, wrapUp } from '@centrala/api/interaction.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ClipboardPen } from 'lucide-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../../actions/actions.ts'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { useNow } from '../../components/clock.ts'
import { Combobox } from '../../components/combobox.tsx'
import { Field } from '../../components/field.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { Textarea } from '../../components/textarea.tsx'
import { codeChoices, contactReasonsQuery, queuesQuery, wrapUpCodesQuery } from '../../configuration/configuration.ts'
import { clockDuration } from '../../i18n/format.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { keep } from '../../keep.ts'
import { learn } from './my-work.ts'

/** What is written here before it is finished, per interaction. */
const draftKey = (id: string) => `centrala.wrapUp.${id}`
interface Draft {
  code: string | null
  reason: string | null
  note: string
}
function readDraft(interaction: Interaction): Draft {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(draftKey(interaction.id)) ?? 'null')
    if (stored !== null && typeof stored === 'object') return stored as Draft
  } catch {
    // Unreadable: as if there were none.
  }
  return { code: interaction.wrapUpCodeId, reason: interaction.contactReasonId, note: interaction.wrapUpNote ?? '' }
}

/** How it ended and why they came. What the queue asks for must be chosen; the rest may be. */
export function WrapUpForm({ interaction, onDone }: { interaction: Interaction; onDone: () => void }) {
  const { t } = useTranslation(['inbox', 'common', 'frame'])
  const now = useNow()
  const queue = useQuery(queuesQuery).data?.find(one => one.id === interaction.queueId)
  const codes = codeChoices(useQuery(wrapUpCodesQuery).data ?? [], queue?.wrapUpCodeIds)
  const reasons = codeChoices(useQuery(contactReasonsQuery).data ?? [])
  const [draft, setDraft] = useState(() => readDraft(interaction))
  const [tried, setTried] = useState(false)
  const place = useRef<HTMLFormElement>(null)
  const change = (next: Partial<Draft>) => {
    const all = { ...draft, ...next }
    setDraft(all)
    keep(draftKey(interaction.id), JSON.stringify(all))
  }
  const finish = useMutation({
    mutationFn: () =>
      api.call(wrapUp, {
        params: { id: interaction.id },
        body: { wrapUpCodeId: draft.code, contactReasonId: draft.reason, note: draft.note.trim() || null },
      }),
    onSuccess: changed => {
      keep(draftKey(interaction.id), null)
      learn(changed)
      onDone()
    },
  })
  const needsCode = (queue?.wrapUpRequired ?? false) && codes.length > 0
  const needsReason = (queue?.contactReasonRequired ?? false) && reasons.length > 0
  const missingCode = needsCode && draft.code === null
  const missingReason = needsReason && draft.reason === null
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    setTried(true)
    if (!missingCode && !missingReason && !finish.isPending) finish.mutate()
  }
  useActions([
    {
      id: 'wrapUp.finish',
      title: t('wrapUp.submit'),
      section: t('frame:section.conversation'),
      icon: ClipboardPen,
      keys: 'mod+enter',
      whileTyping: true,
      run: submit,
    },
  ])
  useEffect(
    () => place.current?.querySelector<HTMLElement>('[role=combobox],textarea')?.focus({ preventScroll: true }),
    [],
  )
  const due = interaction.wrapUpDueAt
  const leftMs = due ? Date.parse(due) - now : null
  const options = (choices: typeof codes) =>
    choices.map(one => ({ value: one.id, label: one.name, ...(one.path === one.name ? {} : { hint: one.path }) }))
  return (
    <form
      ref={place}
      aria-label={t('wrapUp.title')}
      onSubmit={submit}
      className="m-3 mt-0 flex shrink-0 flex-col gap-3 rounded-lg bg-raised p-4 ring-1 ring-line-strong/50 max-sm:m-0 max-sm:rounded-none"
    >
      <header className="flex items-center gap-2">
        <ClipboardPen size={17} aria-hidden className="text-busy" />
        <h2 className="font-semibold text-base">{t('wrapUp.title')}</h2>
        <span className="flex-1" />
        {leftMs !== null && (
          <span className={`figures text-xs ${leftMs < 10_000 ? 'font-medium text-bad-ink' : 'text-muted'}`}>
            {leftMs > 0 ? t('wrapUp.left', { time: clockDuration(leftMs) }) : t('wrapUp.over')}
          </span>
        )}
      </header>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label={t('wrapUp.code')}
          optional={!needsCode}
          required={needsCode}
          error={tried && missingCode ? t('wrapUp.codeMissing') : null}
        >
          <Combobox value={draft.code} onChange={code => change({ code })} options={options(codes)} />
        </Field>
        <Field
          label={t('wrapUp.reason')}
          optional={!needsReason}
          required={needsReason}
          error={tried && missingReason ? t('wrapUp.reasonMissing') : null}
        >
          <Combobox value={draft.reason} onChange={reason => change({ reason })} options={options(reasons)} />
        </Field>
      </div>
      <Field label={t('wrapUp.note')} optional error={finish.error && problemWords(finish.error)}>
        <Textarea
          rows={2}
          value={draft.note}
          maxLength={5000}
          onChange={event => change({ note: event.target.value })}
        />
      </Field>
      <div className="flex justify-end">
        <Button type="submit" look="primary" busy={finish.isPending} trailing={<Kbd keys="mod+enter" inverse />}>
          {t('wrapUp.submit')}
        </Button>
      </div>
    </form>
  )
}
