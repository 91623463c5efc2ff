import type { Flow } from '@centrala/api/run-flow.ts'
import { clsx } from 'clsx'
import { ArrowDown, ArrowUp, CornerDownRight, MoreHorizontal, Plus, Trash2, TriangleAlert } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../components/icon-button.tsx'
import { Menu, MenuItem } from '../../../components/menu.tsx'
import { canMove, moveStep, removeStep, STEP_TYPES, type StepType, type Way } from './flow-edit.ts'
import { type Line, outline } from './outline.ts'
import type { StepIssue } from './step-issues.ts'
import { STEP_ICONS, type StepWords, useStepWords } from './step-words.ts'

interface FlowTreeProps {
  flow: Flow
  issues: ReadonlyMap<string, readonly StepIssue[]>
  showAll: boolean
  open: string | null
  onOpen: (stepId: string) => void
  onInsert: (at: Way | null, type: StepType) => void
  onChange: (flow: Flow) => void
}

const INDENT = 20

/** The flow from top to bottom. Arrow keys go from step to step, Enter opens one, Alt with an arrow moves it, Delete takes it out. */
export function FlowTree(props: FlowTreeProps) {
  const { flow, onInsert } = props
  const { t } = useTranslation('adminPhone')
  const words = useStepWords()
  const list = useRef<HTMLDivElement>(null)
  const { lines, loose } = outline(flow)
  const go = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || event.altKey) return
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-step]') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    if (at < 0) return
    event.preventDefault()
    rows[at + step]?.focus()
  }
  const draw = (shown: readonly Line[]) =>
    shown.map(line => <TreeLine key={keyOf(line)} line={line} words={words} {...props} />)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys between the steps' own buttons
    <div ref={list} onKeyDown={go} className="flex flex-col">
      <div className="flex items-center gap-2 pb-1 text-muted text-xs">
        <span className="size-2 rounded-full bg-ok" aria-hidden />
        {t('flows.callComes')}
        <AddStep label={t('flows.addFirst')} onAdd={type => onInsert(null, type)} />
      </div>
      <ol aria-label={t('flows.steps')} className="flex flex-col">
        {draw(lines)}
      </ol>
      {loose.length > 0 && (
        <section className="mt-6 flex flex-col gap-1">
          <h2 className="font-medium text-warn-ink text-xs">{t('flows.loose')}</h2>
          <ol aria-label={t('flows.loose')} className="flex flex-col">
            {draw(loose)}
          </ol>
        </section>
      )}
    </div>
  )
}

const keyOf = (line: Line) => (line.kind === 'step' ? line.stepId : `${line.kind} ${line.stepId} ${line.field}`)

function TreeLine({ line, words, ...props }: FlowTreeProps & { line: Line; words: StepWords }) {
  const { t } = useTranslation('adminPhone')
  const { flow, onOpen, onInsert } = props
  const style = { marginInlineStart: line.depth * INDENT }
  if (line.kind === 'step') return <StepLine line={line} words={words} style={style} {...props} />
  const way = words.way(flow, line.stepId, line.field)
  const heading = (
    <>
      <span className="truncate font-medium text-muted text-xs">{way}</span>
      <AddStep label={t('flows.addIn', { branch: way })} onAdd={type => onInsert(line, type)} />
    </>
  )
  if (line.kind === 'branch')
    return (
      <li style={style} className="flex items-center gap-1 border-l-2 pt-2 pb-1 pl-2">
        {heading}
      </li>
    )
  return (
    <li
      style={style}
      className={clsx('flex min-w-0 items-center gap-1 text-xs', line.isBranch ? 'border-l-2 py-1 pl-2' : 'py-1 pl-3')}
    >
      {line.isBranch && heading}
      <CornerDownRight size={14} aria-hidden className="shrink-0 text-faint" />
      {flow.steps[line.target] ? (
        <button
          type="button"
          onClick={() => onOpen(line.target)}
          className="min-w-0 truncate rounded-sm text-left text-muted underline decoration-line-strong underline-offset-2 hover:text-ink"
        >
          {t('flows.goesOn', { step: words.line(flow, line.target) })}
        </button>
      ) : (
        <span className="text-bad-ink">{t('flows.leadsNowhere')}</span>
      )}
    </li>
  )
}

interface StepLineProps extends FlowTreeProps {
  line: Extract<Line, { kind: 'step' }>
  words: StepWords
  style: { marginInlineStart: number }
}

function StepLine({ line, words, style, flow, issues, showAll, open, onOpen, onInsert, onChange }: StepLineProps) {
  const { t } = useTranslation('adminPhone')
  const { stepId } = line
  const step = flow.steps[stepId]
  if (!step) return null
  const Icon = STEP_ICONS[step.type]
  const wrong = issues.get(stepId) ?? []
  const without = removeStep(flow, stepId)
  const move = (way: 'up' | 'down') => {
    if (!canMove(flow, stepId, way)) return
    onChange(moveStep(flow, stepId, way))
    // The row moves with its step and keeps the focus.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-step="${CSS.escape(stepId)}"]`)?.focus())
  }
  const remove = () => {
    if (!without) return
    const rows = [...document.querySelectorAll<HTMLElement>('[data-step]')]
    const at = rows.findIndex(row => row.dataset.step === stepId)
    onChange(without)
    // Whoever goes by the keyboard goes on from the neighbour.
    requestAnimationFrame(() => [rows[at + 1], rows[at - 1]].find(row => row?.isConnected)?.focus())
  }
  const press = (event: KeyboardEvent) => {
    if (event.altKey && event.key === 'ArrowUp') move('up')
    else if (event.altKey && event.key === 'ArrowDown') move('down')
    else if (event.key === 'Delete' && without) remove()
    else return
    event.preventDefault()
  }
  const summary = words.summary(step)
  const isOpen = open === stepId
  return (
    <li style={style} className="group relative flex flex-col">
      <div
        className={clsx(
          'flex items-center gap-1 rounded-lg ring-1 ring-inset',
          isOpen ? 'bg-selected ring-accent' : 'bg-surface ring-line hover:bg-hover',
        )}
      >
        <button
          type="button"
          data-step={stepId}
          aria-current={isOpen || undefined}
          onClick={() => onOpen(stepId)}
          onKeyDown={press}
          className="focus-inside flex min-h-11 min-w-0 flex-1 items-center gap-2.5 rounded-lg px-3 py-1.5 text-left"
        >
          <span className="figures w-4 shrink-0 text-right text-faint text-xs">{line.number}</span>
          <Icon size={17} aria-hidden className="shrink-0 text-accent-ink" />
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="font-medium">{words.type(step.type)}</span>
            {summary && <span className="truncate text-muted text-xs">{summary}</span>}
          </span>
          {wrong.length > 0 && (showAll || isOpen || wrong.some(issue => issue.finding)) && (
            <span className="flex shrink-0 items-center gap-1 text-warn-ink text-xs">
              <TriangleAlert size={15} aria-hidden />
              <span className="max-sm:sr-only">{t('flows.toMend', { count: wrong.length })}</span>
            </span>
          )}
        </button>
        <Menu
          trigger={
            <IconButton
              icon={MoreHorizontal}
              size="sm"
              label={t('flows.stepMenu', { step: words.line(flow, stepId) })}
            />
          }
        >
          <MenuItem icon={ArrowUp} keys="alt+up" disabled={!canMove(flow, stepId, 'up')} onSelect={() => move('up')}>
            {t('flows.up')}
          </MenuItem>
          <MenuItem
            icon={ArrowDown}
            keys="alt+down"
            disabled={!canMove(flow, stepId, 'down')}
            onSelect={() => move('down')}
          >
            {t('flows.down')}
          </MenuItem>
          <MenuItem
            icon={Trash2}
            danger
            disabled={without === null}
            {...(without === null && { hint: t('flows.cannotRemove') })}
            onSelect={remove}
          >
            {t('flows.removeStep')}
          </MenuItem>
        </Menu>
      </div>
      {'next' in step && step.type !== 'ask' ? (
        <div className="flex h-7 items-center gap-1 pl-5 text-faint text-xs">
          <span className="h-full w-0.5 bg-line" aria-hidden />
          <AddStep
            label={t('flows.addAfter', { step: words.line(flow, stepId) })}
            onAdd={type => onInsert({ stepId, field: 'next' }, type)}
          />
          <span className="truncate">
            {step.type === 'say' || step.type === 'set' ? '' : words.way(flow, stepId, 'next')}
          </span>
        </div>
      ) : null}
    </li>
  )
}

function AddStep({ label, onAdd }: { label: string; onAdd: (type: StepType) => void }) {
  const { t } = useTranslation('adminPhone')
  return (
    <Menu align="start" trigger={<IconButton icon={Plus} size="sm" label={label} />}>
      {STEP_TYPES.map(type => {
        const Icon = STEP_ICONS[type]
        return (
          <MenuItem key={type} icon={Icon} hint={t(`flows.stepHint.${type}`)} onSelect={() => onAdd(type)}>
            {t(`flows.step.${type}`)}
          </MenuItem>
        )
      })}
    </Menu>
  )
}
