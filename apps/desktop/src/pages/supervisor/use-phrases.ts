import type { Phrase } from '@centrala/api/phrase.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type en from '../../i18n/en/supervisor.json'
import { clockDuration } from '../../i18n/format.ts'

type Leaf = Omit<Phrase, 'parts'>
type Reasons = keyof typeof en.phrase.reason
type Key =
  | `phrase.rule.${keyof typeof en.phrase.rule}`
  | `phrase.reason.${Reasons}`
  | `phrase.waiting.${keyof typeof en.phrase.waiting}`
  | 'phrase.agent'
  | 'phrase.others'
  | 'phrase.need'
  | 'phrase.needWhere'
  | 'phrase.overdue'
  | 'phrase.skill.met'

/** Which parameter tells of one agent; without it the same is said of several at once. */
const TELLS: Record<string, string> = {
  'reason.skill': 'skillId',
  'reason.delay': 'delayMs',
  'reason.where': 'where',
  'reason.moreLoaded': 'load',
  'reason.lessIdle': 'idleMs',
}

/** For whom an agent is kept free, where it is said. */
function keptFor(code: string, { skillId, queueId }: Leaf['params']): string {
  if (code !== 'reason.kept') return code
  return skillId !== undefined ? 'reason.keptSkill' : queueId !== undefined ? 'reason.keptQueue' : code
}

/** The router's reasons in the reader's language. */
export function usePhrases(): (phrases: readonly Phrase[]) => string[] {
  const { t } = useTranslation('supervisor')
  return useCallback(
    phrases => {
      const say = ({ code, params }: Leaf, parts = ''): string => {
        const tells = TELLS[code]
        const told = tells !== undefined && params[tells] === undefined ? `${code}Others` : code
        const key = told === 'waiting.relaxes' && parts === '' ? 'waiting.relaxesToNothing' : keptFor(told, params)
        // `delayMs` is said as {delay}: a length of time as a clock shows it.
        const times = Object.entries(params)
          .filter(([name]) => name.endsWith('Ms'))
          .map(([name, value]) => [name.slice(0, -2), clockDuration(Number(value))])
        const percent = Math.round(Number(params.load ?? 0) / 10)
        return String(t(`phrase.${key}` as Key, { ...params, ...Object.fromEntries(times), percent, parts } as never))
      }
      return phrases.map(phrase => say(phrase, phrase.parts.map(part => say(part)).join(', ')))
    },
    [t],
  )
}
