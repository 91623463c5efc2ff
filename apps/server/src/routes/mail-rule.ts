import {
  changeMailRule,
  createMailRule,
  deleteMailRule,
  getMailRule,
  listMailRules,
  type MailRule,
  type mailRuleBody,
  orderMailRules,
  previewMailRules,
} from '@centrala/api/mail-rule.ts'
import { applyRules } from '@centrala/channels/email/rules.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { z } from 'zod'
import { mustExist, recordChange } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { readMailRules } from '../mail/read-mail-rules.ts'
import { badField, found } from '../refusal.ts'

export const mailRuleRoutes = [
  handle(listMailRules, async ({ work }) => ({ items: await work(tx => readMailRules(tx)) })),
  handle(getMailRule, ({ params, work }) => work(tx => rule(tx, params.id))),
  handle(createMailRule, ({ context, body, work }) =>
    work(async tx => {
      await checkReferences(tx, body)
      const [row] = await tx.query<{ next: number }>('SELECT coalesce(max(position) + 1, 0) AS next FROM mail_rule')
      const { id } = await tx.db
        .insertInto('mailRule')
        .values({ ...columns(body), position: row?.next ?? 0 })
        .returning('id')
        .executeTakeFirstOrThrow()
      const after = await rule(tx, id)
      await recordChange(tx, context, 'mailRule', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeMailRule, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await rule(tx, params.id)
      await checkReferences(tx, body)
      await tx.db.updateTable('mailRule').set(columns(body)).where('id', '=', params.id).execute()
      const after = await rule(tx, params.id)
      await recordChange(tx, context, 'mailRule', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteMailRule, ({ context, params, work }) =>
    work(async tx => {
      const before = await rule(tx, params.id)
      await tx.db.deleteFrom('mailRule').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'mailRule', 'deleted', params.id, before, null)
      return {}
    }),
  ),
  handle(orderMailRules, ({ context, body, work }) =>
    work(async tx => {
      const before = await readMailRules(tx)
      const known = new Set(before.map(entry => entry.id))
      if (body.ids.length !== known.size || !body.ids.every(id => known.delete(id)))
        throw badField('ids', 'Name every rule once. Somebody may have added or deleted one; load the list again.')
      await tx.query(
        `UPDATE mail_rule r SET position = o.place - 1 FROM unnest($1::uuid[]) WITH ORDINALITY AS o (id, place)
          WHERE r.tenant_id = current_tenant() AND r.id = o.id`,
        [body.ids],
      )
      const after = await readMailRules(tx)
      const order = (rules: MailRule[]) => ({ order: rules.map(entry => entry.name) })
      await recordChange(tx, context, 'mailRule', 'ordered', null, order(before), order(after))
      return { items: after }
    }),
  ),
  handle(previewMailRules, async ({ body, work }) => {
    const { draft, channelAccountId, from, to, subject, text, ...facts } = body
    const rules: Tried[] = await work(tx => readMailRules(tx))
    if (draft) {
      const place = rules.findIndex(entry => entry.id === draft.id)
      rules.splice(place < 0 ? rules.length : place, place < 0 ? 0 : 1, draft)
    }
    const { matched, ...outcome } = applyRules(
      rules.filter(entry => entry.channelAccountId === null || entry.channelAccountId === channelAccountId),
      { from, fromName: null, to, cc: [], subject, text, ...facts },
    )
    return { ...outcome, matched: matched.map(({ id, name }) => ({ id, name })) }
  }),
]

/** A rule of the preview; one that is not stored yet has no id. */
type Tried = Omit<MailRule, 'id' | 'position'> & { id: string | null }

type RuleBody = z.output<typeof mailRuleBody>

function columns({ conditions, actions, continue: goesOn, ...body }: RuleBody) {
  return { ...body, goesOn, conditions: JSON.stringify(conditions), actions: JSON.stringify(actions) }
}

async function checkReferences(tx: Tx, body: RuleBody): Promise<void> {
  await mustExist(tx, 'channelAccount', [body.channelAccountId], 'channelAccountId')
  await mustExist(tx, 'queue', [body.actions.queueId], 'actions.queueId')
}

async function rule(tx: Tx, id: string): Promise<MailRule> {
  return found(
    (await readMailRules(tx)).find(entry => entry.id === id),
    'mailRule',
  )
}
