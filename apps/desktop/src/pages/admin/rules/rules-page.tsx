import { changeMailRule, type MailRule, orderMailRules } from '@centrala/api/mail-rule.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ArrowRightToLine, Plus, Route } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { moved, OrderList } from '../../../components/order-list.tsx'
import { Page } from '../../../components/page.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { Switch } from '../../../components/switch.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { useOpen } from '../form/use-open.ts'
import { accountsQuery, rulesQuery } from '../queries.ts'
import { RuleDrawer } from './rule-drawer.tsx'
import { RuleTrial } from './rule-trial.tsx'
import { useRuleWords } from './rule-words.ts'

/** What is done with incoming mail before it is routed, from the first rule that matches down. */
export function RulesPage() {
  const { t } = useTranslation('adminChannels')
  const query = useQuery(rulesQuery)
  const accounts = useQuery(accountsQuery).data ?? []
  const { open, show, close } = useOpen()
  const words = useRuleWords()
  const change = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.configuration() }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const order = (rules: MailRule[]) => {
    queries.setQueryData(rulesQuery.queryKey, rules)
    change.mutate(() => api.call(orderMailRules, { body: { ids: rules.map(rule => rule.id) } }))
  }
  const toggle = ({ id, position: _, ...rule }: MailRule) =>
    change.mutate(() => api.call(changeMailRule, { params: { id }, body: { ...rule, active: !rule.active } }))
  const rule = query.data?.find(other => other.id === open)
  const add = (
    <Button look="primary" icon={Plus} onClick={() => show('new')}>
      {t('rules.add')}
    </Button>
  )
  return (
    <Page title={t('rules.title')} intro={t('rules.intro')} narrow actions={query.data && query.data.length > 0 && add}>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : query.data.length === 0 ? (
        <EmptyState icon={Route} title={t('rules.emptyTitle')} action={add}>
          {t('rules.emptyBody')}
        </EmptyState>
      ) : (
        <>
          <OrderList
            label={t('rules.title')}
            items={query.data}
            itemKey={item => item.id}
            handleLabel={item => t('rules.move', { name: item.name })}
            onMove={(from, to) => order(moved(query.data, from, to))}
            className="mt-4 flex flex-col gap-2"
          >
            {(item, index) => (
              <div className="flex items-start gap-3 rounded-lg bg-surface p-3 ring-1 ring-line ring-inset">
                <span className="figures mt-0.5 text-faint">{index + 1}</span>
                <button type="button" onClick={() => show(item.id)} className="min-w-0 flex-1 text-left">
                  <span className={item.active ? 'block font-medium' : 'block font-medium text-faint line-through'}>
                    {item.name}
                  </span>
                  <span className="block text-muted text-xs">{words.when(item)}</span>
                  <span className="block text-xs">{words.does(item.actions)}</span>
                  {item.channelAccountId && (
                    <span className="block text-muted text-xs">
                      {accounts.find(account => account.id === item.channelAccountId)?.name}
                    </span>
                  )}
                </button>
                {item.continue && (
                  <ArrowRightToLine
                    size={15}
                    className="mt-1 rotate-90 text-muted"
                    role="img"
                    aria-label={t('rules.goesOn')}
                  />
                )}
                <Switch
                  quiet
                  checked={item.active}
                  onChange={() => toggle(item)}
                  label={t('rules.activeOf', { name: item.name })}
                />
              </div>
            )}
          </OrderList>
          <RuleTrial />
        </>
      )}
      {(open === 'new' || rule) && <RuleDrawer key={open} rule={rule ?? null} onClose={close} />}
    </Page>
  )
}
