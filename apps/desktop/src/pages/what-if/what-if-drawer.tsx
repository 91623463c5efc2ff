import type { Queue } from '@centrala/api/queue.ts'
import { startWhatIf, type WhatIf, type WhatIfRules, whatIfBody } from '@centrala/api/what-if.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Drawer } from '../../components/drawer.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Select } from '../../components/select.tsx'
import { toast } from '../../components/toast.tsx'
import { useFormat } from '../../i18n/format.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { useMe } from '../../session/me.ts'
import { FormPart } from '../admin/form/form-part.tsx'
import { useDraft } from '../admin/form/use-draft.ts'
import { type Days, dayOf, daysOf, instantsOf, type Preset } from '../reports/period.ts'
import { PeriodPicker } from '../reports/period-picker.tsx'
import { PeopleChanges } from './people-changes.tsx'
import { whatIfsQuery } from './queries.ts'
import { QueueChanges } from './queue-changes.tsx'
import { RulesDrawer } from './rules-drawer.tsx'

const NONE: WhatIfRules = { queues: [], agents: [], extraAgents: [] }
/** How often the period is run: quicker, or with narrower intervals. */
const RUNS = { '10': 'quick', '30': 'usual', '100': 'exact' } as const
type Runs = keyof typeof RUNS
const isRuns = (text: string): text is Runs => text in RUNS

export interface Begin {
  name: string
  rules: WhatIfRules
}

interface WhatIfDrawerProps {
  /** What another run began with, to be changed and run again. */
  begin: Begin | null
  onClose: () => void
  onStarted: (run: WhatIf) => void
}

/** A period of the past and what would have been different. */
export function WhatIfDrawer({ begin, onClose, onStarted }: WhatIfDrawerProps) {
  const { t } = useTranslation(['whatIf', 'common'])
  const { timeZone } = useMe().tenant
  const format = useFormat()
  const [now] = useState(Date.now)
  const [period, setPeriod] = useState<{ preset: Preset; days: Days }>(() => ({
    preset: 'yesterday',
    days: daysOf('yesterday', now, timeZone),
  }))
  const draft = useDraft(whatIfBody, {
    name: begin?.name ?? '',
    ...bounded(period.days, timeZone, now),
    rules: begin?.rules ?? NONE,
    runs: 30,
  })
  const { value, set, error, errorBelow } = draft
  const start = useMutation({
    mutationFn: () => api.call(startWhatIf, { body: whatIfBody.parse(value) }),
    onSuccess: run => {
      void queries.invalidateQueries({ queryKey: whatIfsQuery.queryKey })
      onStarted(run)
    },
    onError: failure => {
      if (!draft.refuse(failure)) toast({ tone: 'bad', title: problemWords(failure) })
    },
  })
  const journalFrom = useQuery(whatIfsQuery).data?.journalFrom ?? null
  const changePeriod = (preset: Preset, own: Days) => {
    const days = preset === 'custom' ? own : daysOf(preset, now, timeZone)
    setPeriod({ preset, days })
    set(bounded(days, timeZone, now))
  }
  const rules = (patch: Partial<WhatIfRules>) => set({ rules: { ...value.rules, ...patch } })
  const { queues, agents, extraAgents } = value.rules
  // In place of this form and not over it: one drawer at a time.
  const [editing, setEditing] = useState<Queue | null>(null)
  if (editing)
    return (
      <RulesDrawer
        queue={editing}
        change={queues.find(one => one.queueId === editing.id) ?? { queueId: editing.id }}
        onDone={next => {
          rules({ queues: queues.map(one => (one.queueId === next.queueId ? next : one)) })
          setEditing(null)
        }}
        onClose={() => setEditing(null)}
      />
    )
  const nothing = queues.length + agents.length + extraAgents.length === 0
  return (
    <Drawer
      open
      wide
      onClose={onClose}
      title={t('new')}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button
            look="primary"
            icon={Play}
            busy={start.isPending}
            onClick={() => {
              if (draft.check()) start.mutate()
            }}
          >
            {t('form.start')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5 px-4 py-4">
        <FormPart title={t('form.what')}>
          <Field label={t('form.name')} error={error('name')} required>
            <Input
              value={value.name}
              maxLength={120}
              placeholder={t('form.nameSample')}
              onChange={event => set({ name: event.target.value })}
            />
          </Field>
          <div className="flex flex-col gap-1">
            <p className="font-medium text-xs">{t('form.period')}</p>
            <div className="flex flex-wrap gap-2">
              <PeriodPicker
                {...period}
                earliest={journalFrom === null ? undefined : dayOf(Date.parse(journalFrom), timeZone)}
                today={dayOf(now, timeZone)}
                onChange={changePeriod}
              />
            </div>
            {(error('to') ?? error('from')) && (
              <p role="alert" className="text-bad-ink text-xs">
                {error('to') ?? error('from')}
              </p>
            )}
            <p className="text-muted text-xs">
              {t('form.periodHint')}{' '}
              {journalFrom === null ? t('form.noJournal') : t('form.journalFrom', { at: format.dateTime(journalFrom) })}
            </p>
          </div>
          <Field label={t('form.runs')} hint={t('form.runsHint')}>
            <Select
              value={isRuns(String(value.runs)) ? String(value.runs) : '30'}
              onChange={next => set({ runs: Number(next) })}
              options={Object.entries(RUNS).map(([count, name]) => ({ value: count, label: t(`form.runsOf.${name}`) }))}
              className="max-w-64"
            />
          </Field>
        </FormPart>
        <QueueChanges changes={queues} onChange={next => rules({ queues: next })} onRules={setEditing} />
        <PeopleChanges
          agents={agents}
          extraAgents={extraAgents}
          onAgents={next => rules({ agents: next })}
          onExtraAgents={next => rules({ extraAgents: next })}
        />
        {errorBelow('rules') && (
          <p role="alert" className="text-bad-ink">
            {errorBelow('rules')}
          </p>
        )}
        {nothing && <p className="rounded-md bg-sunken px-3 py-2 text-muted text-xs">{t('form.nothing')}</p>}
      </div>
    </Drawer>
  )
}

/** The days as instants; what is yet to come is not in it. */
function bounded(days: Days, timeZone: string, now: number): { from: string; to: string } {
  const { from, to } = instantsOf(days, timeZone)
  return { from, to: Date.parse(to) > now ? new Date(now).toISOString() : to }
}
