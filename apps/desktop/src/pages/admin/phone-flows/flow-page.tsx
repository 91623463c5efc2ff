import { changeFlow, createFlow, deleteFlow, FlowDefinition, type FlowShown } from '@centrala/api/flow.ts'
import { checkFlow, type Flow } from '@centrala/api/run-flow.ts'
import { Name } from '@centrala/api/shapes.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ArrowLeft, Play, Redo2, Trash2, Undo2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Field } from '../../../components/field.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'
import { toast } from '../../../components/toast.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { Consequence } from '../form/form-part.tsx'
import { hoursQuery } from '../queries.ts'
import { type Choices, freshFlow, insertStep, type StepType, type Way } from './flow-edit.ts'
import { FlowSpeech } from './flow-speech.tsx'
import { FlowTree } from './flow-tree.tsx'
import { type StepIssue, stepIssues } from './step-issues.ts'
import { StepPanel } from './step-panel.tsx'
import { TryFlow } from './try-flow.tsx'
import { useFlowHistory } from './use-flow-history.ts'

interface FlowPageProps {
  flow: FlowShown | null
  onCreated: (id: string) => void
  onClose: () => void
}

/** A flow cannot be begun without a queue to lead to. */
export function FlowPage(props: FlowPageProps) {
  const { t } = useTranslation('adminPhone')
  const queues = useQuery(queuesQuery).data
  const hours = useQuery(hoursQuery).data
  if (!queues || !hours) return null
  const choices = { queueId: queues[0]?.id ?? '', hoursId: hours[0]?.id ?? '' }
  if (!props.flow && queues.length === 0)
    return (
      <EmptyState title={t('flows.noQueueTitle')} action={<Button onClick={props.onClose}>{t('flows.back')}</Button>}>
        {t('flows.noQueueBody')}
      </EmptyState>
    )
  return <FlowEditor {...props} choices={choices} />
}

function FlowEditor({ flow: shown, onCreated, onClose, choices }: FlowPageProps & { choices: Choices }) {
  const { t } = useTranslation(['adminPhone', 'admin', 'common'])
  const [start] = useState(() => ({ name: shown?.name ?? '', definition: shown?.definition ?? freshFlow(choices) }))
  const [saved, setSaved] = useState({ ...start, version: shown?.version ?? null })
  const [name, setName] = useState(start.name)
  const { flow, change, undo, redo } = useFlowHistory(start.definition as Flow)
  const [open, setOpen] = useState<string | 'try' | null>(null)
  const [showAll, setShowAll] = useState(false)
  const issues = useMemo(() => stepIssues(flow), [flow])
  const blocking = [...issues.values()].flat().filter(issue => !issue.isWarning)
  const nameWrong = !Name.safeParse(name).success
  const isDirty = name !== saved.name || JSON.stringify(flow) !== JSON.stringify(saved.definition)

  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), definition: FlowDefinition.parse(flow) }
      return shown
        ? api.call(changeFlow, { params: { id: shown.id }, body: { ...body, version: saved.version } })
        : api.call(createFlow, { body })
    },
    onSuccess: async after => {
      setSaved({ name: after.name, definition: flow as FlowDefinition, version: after.version })
      toast({ tone: 'ok', title: t('common:saved') })
      await queries.invalidateQueries({ queryKey: keys.configuration() })
      if (!shown) onCreated(after.id)
    },
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const submit = () => {
    if (save.isPending) return
    setShowAll(true)
    if (nameWrong) document.getElementById('flow-name')?.querySelector('input')?.focus()
    else if (blocking.length > 0) setOpen(blocking[0]?.stepId ?? null)
    else save.mutate()
  }
  const leave = () =>
    isDirty
      ? confirm({
          title: t('admin:unsaved.title'),
          body: t('admin:unsaved.body'),
          action: t('admin:unsaved.leave'),
          danger: true,
          run: onClose,
        })
      : onClose()
  const remove = () =>
    shown &&
    confirm({
      title: t('flows.deleteTitle', { name: shown.name }),
      body: t('flows.deleteBody'),
      action: t('common:delete'),
      danger: true,
      run: async () => {
        try {
          await api.call(deleteFlow, { params: { id: shown.id } })
          onClose()
          await queries.invalidateQueries({ queryKey: keys.configuration() })
        } catch (error) {
          toast({ tone: 'bad', title: problemWords(error) })
        }
      },
    })
  const insert = (at: Way | null, type: StepType) => {
    const made = insertStep(flow, at, type, choices)
    change(made.flow)
    setOpen(made.id)
  }
  const press = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey)) return
    const key = event.key.toLowerCase()
    // In a field, its own undo knows better.
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement
    const act =
      key === 'enter'
        ? submit
        : isTyping
          ? null
          : key === 'z'
            ? event.shiftKey
              ? redo
              : undo
            : key === 'y'
              ? redo
              : null
    if (!act) return
    event.preventDefault()
    act()
  }
  const latest = useRef(press)
  latest.current = press
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
  return (
    <div className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex flex-wrap items-center gap-2 border-b px-4 py-2">
        <IconButton icon={ArrowLeft} label={t('flows.back')} onClick={leave} />
        <div id="flow-name" className="min-w-40 max-w-80 flex-1">
          <Field
            label={t('name')}
            quiet
            error={nameWrong && (showAll || name !== start.name) ? t('admin:issue.missing') : null}
          >
            <Input
              value={name}
              onChange={event => setName(event.target.value)}
              placeholder={t('flows.namePlaceholder')}
              maxLength={120}
              autoFocus={!shown}
              className="font-semibold"
            />
          </Field>
        </div>
        <IconButton icon={Undo2} label={t('common:undo')} disabled={!undo} onClick={() => undo?.()} />
        <IconButton icon={Redo2} label={t('flows.redo')} disabled={!redo} onClick={() => redo?.()} />
        <span className="flex-1 max-sm:hidden" />
        {shown && <IconButton icon={Trash2} label={t('common:delete')} onClick={remove} />}
        <Button icon={Play} onClick={() => setOpen(open === 'try' ? null : 'try')} aria-pressed={open === 'try'}>
          {t('flows.try')}
        </Button>
        <Button look="primary" busy={save.isPending} disabled={!isDirty && shown !== null} onClick={submit}>
          {t('common:save')}
        </Button>
      </header>
      <div className="flex min-h-0 flex-1">
        <div className="min-w-0 flex-1 overflow-y-auto p-4">
          <div className="mx-auto flex max-w-2xl flex-col gap-3">
            {shown && <FlowSpeech flow={shown} />}
            {checkFlow(flow).some(finding => finding.code === 'noStart') && (
              <Consequence tone="warn">{t('flows.finding.noStart')}</Consequence>
            )}
            <FlowTree
              flow={flow}
              issues={issues}
              showAll={showAll}
              open={open}
              onOpen={setOpen}
              onInsert={insert}
              onChange={change}
            />
          </div>
        </div>
        {open !== null && (
          <aside
            aria-label={t(open === 'try' ? 'flows.try' : 'flows.details')}
            className="w-[26rem] shrink-0 overflow-y-auto border-l bg-surface max-lg:fixed max-lg:inset-0 max-lg:z-30 max-lg:w-full"
          >
            {open === 'try' ? (
              <TryFlow flow={flow} onClose={() => setOpen(null)} />
            ) : (
              flow.steps[open] && (
                <StepPanel
                  key={open}
                  flow={flow}
                  stepId={open}
                  issues={(issues.get(open) ?? []) as readonly StepIssue[]}
                  onChange={change}
                  onOpen={setOpen}
                  onClose={() => setOpen(null)}
                />
              )
            )}
          </aside>
        )}
      </div>
    </div>
  )
}
