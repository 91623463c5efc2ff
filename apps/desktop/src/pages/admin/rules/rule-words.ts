import type { MailActions, MailCondition, MailRule } from '@centrala/api/mail-rule.ts'
import { useTranslation } from 'react-i18next'
import { useQueueNames } from '../../../configuration/configuration.ts'
import { useFormat } from '../../../i18n/format.ts'

type Outcome = Pick<MailActions, 'tags'> & {
  queueId?: string | null
  priority?: number | null
  end?: 'spam' | 'close' | null
}

/** A rule in words: when it holds, and what it does. */
export function useRuleWords(): {
  when: (rule: Pick<MailRule, 'match' | 'conditions'>) => string
  does: (outcome: Outcome) => string
} {
  const { t } = useTranslation('adminChannels')
  const queues = useQueueNames()
  const format = useFormat()
  const condition = (one: MailCondition): string =>
    'matches' in one
      ? t(one.not ? 'rules.saysNot' : 'rules.says', { field: t(`rules.field.${one.field}`), text: one.matches })
      : t(`rules.${one.is ? 'is' : 'isNot'}.${one.field}`)
  return {
    when: rule =>
      rule.conditions.map(condition).join(rule.match === 'all' ? ` ${t('rules.and')} ` : ` ${t('rules.or')} `),
    does: outcome => {
      const parts = [
        outcome.queueId && t('rules.toQueue', { queue: queues.get(outcome.queueId) ?? '…' }),
        outcome.priority != null && t('rules.withPriority', { priority: outcome.priority }),
        outcome.tags.length > 0 && t('rules.withTags', { tags: outcome.tags.join(', ') }),
        outcome.end && t(`rules.end.${outcome.end}`),
      ].filter(part => typeof part === 'string')
      return parts.length > 0 ? format.list(parts) : t('rules.nothing')
    },
  }
}
