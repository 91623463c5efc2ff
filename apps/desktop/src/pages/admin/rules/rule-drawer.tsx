import { changeMailRule, createMailRule, deleteMailRule, type MailRule, mailRuleBody } from '@centrala/api/mail-rule.ts'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Select } from '../../../components/select.tsx'
import { WordList } from '../../../components/word-list.tsx'
import { queuesQuery } from '../../../configuration/configuration.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { accountsQuery } from '../queries.ts'
import { Conditions } from './conditions.tsx'
import { RuleTrial } from './rule-trial.tsx'
import { useRuleWords } from './rule-words.ts'

const NONE = 'none'

export function RuleDrawer({ rule, onClose }: { rule: MailRule | null; onClose: () => void }) {
  const { t } = useTranslation(['adminChannels', 'common'])
  const queues = useQuery(queuesQuery).data ?? []
  const mailboxes = (useQuery(accountsQuery).data ?? []).filter(account => account.channel === 'email')
  const words = useRuleWords()
  const draft = useDraft<Omit<MailRule, 'id' | 'position'>>(mailRuleBody, {
    name: rule?.name ?? '',
    channelAccountId: rule?.channelAccountId ?? null,
    match: rule?.match ?? 'all',
    conditions: rule?.conditions ?? [{ field: 'subject', matches: '', not: false }],
    actions: rule?.actions ?? { tags: [] },
    continue: rule?.continue ?? false,
    active: rule?.active ?? true,
  })
  const { value, set, error } = draft
  const { actions } = value
  const save = () => {
    const body = mailRuleBody.parse(value)
    return rule ? api.call(changeMailRule, { params: { id: rule.id }, body }) : api.call(createMailRule, { body })
  }
  const act = (patch: { [K in keyof typeof actions]?: (typeof actions)[K] | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...actions, ...patch }).filter(([, one]) => one !== undefined))
    set({ actions: next as typeof actions })
  }
  return (
    <EditDrawer
      title={rule ? rule.name : t('rules.add')}
      wide
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        rule && {
          label: t('common:delete'),
          title: t('rules.deleteTitle', { name: rule.name }),
          body: t('rules.deleteBody'),
          run: () => api.call(deleteMailRule, { params: { id: rule.id } }),
        }
      }
    >
      <NameField draft={draft} label={t('name')} hint={t('rules.nameHint')} maxLength={100} isNew={!rule} />
      {mailboxes.length > 1 && (
        <Field label={t('rules.mailbox')} error={error('channelAccountId')}>
          <Select
            value={value.channelAccountId ?? NONE}
            onChange={id => set({ channelAccountId: id === NONE ? null : id })}
            options={[
              { value: NONE, label: t('rules.everyMailbox') },
              ...mailboxes.map(one => ({ value: one.id, label: one.name, ...(one.address && { hint: one.address }) })),
            ]}
          />
        </Field>
      )}
      <FormPart title={t('rules.when')} hint={t('rules.whenHint')}>
        <Conditions
          match={value.match}
          value={value.conditions}
          onMatch={match => set({ match })}
          onChange={conditions => set({ conditions })}
          error={draft.errorBelow}
        />
      </FormPart>
      <FormPart title={t('rules.then')} hint={t('rules.thenHint')}>
        {error('actions') && (
          <p role="alert" className="text-bad-ink text-xs">
            {error('actions')}
          </p>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('queue')} error={error('actions.queueId')}>
            <Select
              value={actions.queueId ?? NONE}
              onChange={id => act({ queueId: id === NONE ? undefined : id })}
              options={[
                { value: NONE, label: t('rules.asMailbox') },
                ...queues.map(one => ({ value: one.id, label: one.name })),
              ]}
            />
          </Field>
          <Field label={t('rules.end.label')} hint={t('rules.endHint')}>
            <Select
              value={actions.end ?? NONE}
              onChange={end => act({ end: end === NONE ? undefined : end })}
              options={[
                { value: NONE as typeof NONE | 'spam' | 'close', label: t('rules.end.no') },
                { value: 'close', label: t('rules.end.close') },
                { value: 'spam', label: t('rules.end.spam') },
              ]}
            />
          </Field>
        </div>
        <Checkbox
          checked={actions.priority !== undefined}
          onChange={on => act({ priority: on ? 5 : undefined })}
          label={t('rules.setPriority')}
          hint={t('rules.priorityHint')}
        />
        {actions.priority !== undefined && (
          <Field label={t('rules.priority')} quiet error={error('actions.priority')}>
            <NumberInput value={actions.priority} onChange={priority => act({ priority })} min={0} max={9} />
          </Field>
        )}
        <Field label={t('rules.tags')} error={draft.errorBelow('actions.tags')} optional>
          <WordList
            value={actions.tags}
            onChange={tags => act({ tags })}
            label={t('rules.tags')}
            placeholder={t('rules.addTag')}
            removeLabel={tag => t('remove', { what: tag })}
          />
        </Field>
        <Checkbox
          checked={value.continue}
          onChange={goesOn => set({ continue: goesOn })}
          label={t('rules.goesOn')}
          hint={t('rules.goesOnHint')}
        />
      </FormPart>
      {draft.isValid && (
        <Consequence>
          {words.when(value)} → {words.does(actions)}
        </Consequence>
      )}
      <RuleTrial draft={draft.isValid ? { id: rule?.id ?? null, ...value } : null} />
    </EditDrawer>
  )
}
