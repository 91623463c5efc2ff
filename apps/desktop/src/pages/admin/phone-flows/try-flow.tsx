import { hearSpeech } from '@centrala/api/prompt.ts'
import { type Flow, type FlowInput, type FlowNote, type FlowResult, newRun, runFlow } from '@centrala/api/run-flow.ts'
import { Play, RotateCcw, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { usePromptLanguage } from '../phone-prompts/prompt-language.ts'
import { useHear } from '../phone-prompts/use-hear.ts'
import { useStepWords } from './step-words.ts'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

interface Entry {
  who: 'flow' | 'caller' | 'note'
  text: string
  /** Of something said: what and in which language, to be heard. */
  language?: string
}

/** The flow as a caller would meet it, run by the same interpreter as on the phone; nothing is dialled. */
export function TryFlow({ flow, onClose }: { flow: Flow; onClose: () => void }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const words = useStepWords()
  const languageOf = usePromptLanguage()
  const { hear, busy } = useHear()
  const [open, setOpen] = useState(true)
  const [entries, setEntries] = useState<readonly Entry[]>([])
  const [last, setLast] = useState<FlowResult | null>(null)
  const end = useRef<HTMLDivElement>(null)
  const facts = { isOpen: () => open }

  /** Goes on until something is waited for. */
  const go = (before: FlowResult | null, input: FlowInput, first: readonly Entry[], said?: string) => {
    const more: Entry[] = said ? [{ who: 'caller', text: said }] : []
    let result = runFlow(flow, before?.run ?? newRun(flow, currentLocale().slice(0, 2)), input, facts)
    for (let steps = 0; steps < 50; steps++) {
      more.push(...result.notes.map(noteWords))
      const { action } = result
      if ('says' in action && action.says.length > 0)
        more.push({ who: 'flow', text: words.says(action.says), language: action.language ?? 'en' })
      if (action.do !== 'say') break
      result = runFlow(flow, result.run, { type: 'said' }, facts)
    }
    const { action } = result
    if (action.do === 'queue') more.push({ who: 'note', text: t('try.queued', { queue: queueOf(result) }) })
    if (action.do === 'voicemail') more.push({ who: 'note', text: t('try.records') })
    if (action.do === 'forward') more.push({ who: 'note', text: t('try.forwards', { to: action.to }) })
    if (action.do === 'end') more.push({ who: 'note', text: t('try.ended') })
    setEntries([...first, ...more])
    setLast(result)
  }
  const noteWords = (note: FlowNote): Entry => {
    if (note.type === 'chose') return { who: 'note', text: t('try.chose', { label: note.label }) }
    if (note.type === 'broken') return { who: 'note', text: t('try.broken') }
    const digits = note.digits ?? '••••'
    return { who: 'note', text: t('try.entered', { name: note.name, digits }) }
  }
  const queueOf = ({ run }: FlowResult) => {
    const step = flow.steps[run.step]
    return step ? words.summary(step) : ''
  }
  const restart = () => go(null, { type: 'begin' }, [])
  // A changed flow, or other hours, is tried from its start
  useEffect(restart, [flow, open])
  // Whatever is new is brought into view
  useEffect(() => {
    void end.current?.scrollIntoView({ block: 'nearest' })
  }, [entries])

  const action = last?.action.do
  const press = (input: FlowInput, said: string) => go(last, input, entries, said)
  return (
    <div className="flex min-h-full flex-col gap-3 p-4">
      <header className="flex items-center gap-2">
        <h2 className="flex-1 font-semibold text-base">{t('flows.try')}</h2>
        <IconButton icon={RotateCcw} label={t('try.again')} onClick={restart} />
        <IconButton icon={X} label={t('common:close')} onClick={onClose} />
      </header>
      <Checkbox checked={open} onChange={setOpen} label={t('try.open')} />
      <div role="log" aria-label={t('try.log')} className="flex flex-1 flex-col gap-2">
        {entries.map((entry, index) =>
          entry.who === 'note' ? (
            <p key={index} className="text-center text-muted text-xs">
              {entry.text}
            </p>
          ) : (
            <div
              key={index}
              className={
                entry.who === 'flow'
                  ? 'mr-8 flex items-start gap-1 rounded-lg bg-theirs py-1.5 pr-1 pl-3'
                  : 'figures ml-auto rounded-lg bg-mine px-3 py-1.5'
              }
            >
              <span className="min-w-0 flex-1" lang={entry.language}>
                {entry.text}
                {entry.language && <span className="block text-faint text-xs">{languageOf(entry.language)}</span>}
              </span>
              {entry.language && (
                <IconButton
                  icon={Play}
                  size="sm"
                  label={t('listen')}
                  disabled={busy}
                  onClick={() =>
                    void hear(
                      api.url(hearSpeech, {
                        query: { text: entry.text.slice(0, 500), language: entry.language ?? 'en' },
                      }),
                    )
                  }
                />
              )}
            </div>
          ),
        )}
        <div ref={end} />
      </div>
      {action === 'listen' && (
        <div className="flex flex-col gap-2">
          <div className="grid grid-cols-3 gap-1.5">
            {KEYS.map(key => (
              <Button key={key} size="lg" className="figures" onClick={() => press({ type: 'key', key }, key)}>
                {key}
              </Button>
            ))}
          </div>
          <Button onClick={() => press({ type: 'silence' }, t('try.silence'))}>{t('try.silence')}</Button>
        </div>
      )}
      {action === 'queue' && (
        <Button onClick={() => press({ type: 'queueLeft', reason: 'timeout' }, t('try.nobody'))}>
          {t('try.nobody')}
        </Button>
      )}
      {action === 'voicemail' && (
        <Button onClick={() => press({ type: 'recorded' }, t('try.recorded'))}>{t('try.recorded')}</Button>
      )}
      {action === 'forward' && (
        <Button onClick={() => press({ type: 'notReached' }, t('try.notReached'))}>{t('try.notReached')}</Button>
      )}
      {action === 'end' && (
        <Button icon={RotateCcw} onClick={restart}>
          {t('try.again')}
        </Button>
      )}
    </div>
  )
}
