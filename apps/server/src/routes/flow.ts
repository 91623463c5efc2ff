import * as api from '@centrala/api/flow.ts'
import { checkFlow, type FlowFinding } from '@centrala/core/flow/check-flow.ts'
import { saysOf } from '@centrala/core/flow/flow-texts.ts'
import type { Tx } from '@centrala/store/database.ts'
import { mustExist, recordChange, unique } from '../configuration/configuration.ts'
import { presentFlow, presentFlows } from '../flow/present-flow.ts'
import { speakAgain, speakSoon } from '../flow/speak-texts.ts'
import { handle } from '../http/handle.ts'
import { conflict, Refusal } from '../refusal.ts'

export const flowRoutes = [
  handle(api.listFlows, async ({ work }) => ({ items: await work(tx => presentFlows(tx)) })),
  handle(api.getFlow, ({ params, work }) => work(tx => presentFlow(tx, params.id))),
  handle(api.createFlow, ({ context, body, work }) =>
    work(async tx => {
      await mustWork(tx, body.definition)
      const values = { name: body.name, definition: JSON.stringify(body.definition) }
      const insert = tx.db.insertInto('flow').values(values).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      await speakSoon(tx)
      const after = await presentFlow(tx, id)
      await recordChange(tx, context, 'flow', 'created', id, null, audited(after))
      return after
    }),
  ),
  handle(api.changeFlow, ({ context, params, body, work }) =>
    work(async tx => {
      await tx.query('SELECT id FROM flow WHERE id = $1 FOR UPDATE', [params.id])
      const before = await presentFlow(tx, params.id)
      if (body.version !== null && body.version !== before.version)
        throw conflict('flow.changed', 'Somebody else has changed this flow meanwhile. Open it again.')
      await mustWork(tx, body.definition)
      const set = {
        name: body.name,
        definition: JSON.stringify(body.definition),
        version: before.version + 1,
        changedAt: new Date(),
      }
      await unique('name', tx.db.updateTable('flow').set(set).where('id', '=', params.id).execute())
      await speakSoon(tx)
      const after = await presentFlow(tx, params.id)
      await recordChange(tx, context, 'flow', 'changed', params.id, audited(before), audited(after))
      return after
    }),
  ),
  handle(api.deleteFlow, ({ context, params, work }) =>
    work(async tx => {
      const before = await presentFlow(tx, params.id)
      if (before.numbers.length > 0) {
        const numbers = before.numbers.map(number => number.number).join(', ')
        throw conflict('flow.used', `These numbers begin with it: ${numbers}. Give them another flow first.`)
      }
      await tx.db.deleteFrom('flow').where('id', '=', params.id).execute()
      await recordChange(tx, context, 'flow', 'deleted', params.id, audited(before), null)
      return {}
    }),
  ),
  handle(api.speakFlow, ({ params, body, work }) =>
    work(async tx => {
      const flow = await presentFlow(tx, params.id)
      await (body.again ? speakAgain(tx, params.id) : speakSoon(tx))
      return flow
    }),
  ),
]

/** What the audit log keeps: whether it is spoken changes by itself. */
function audited({ speech: _, numbers: _numbers, ...flow }: api.FlowShown): object {
  return flow
}

/** Refuses a flow that would leave callers nowhere or names what does not exist, step by step. Steps that nothing leads to do no harm. */
async function mustWork(tx: Tx, flow: api.FlowDefinition): Promise<void> {
  const findings = checkFlow(flow).filter(finding => finding.code !== 'unreachable')
  if (findings.length > 0) {
    const fields = findings.map(finding => ({ path: pathOf(finding), message: sentenceOf(finding) }))
    const said = fields.map(field => field.message).join(' ')
    throw new Refusal(400, 'request.invalid', `The flow cannot be used like this. ${said}`, { fields })
  }
  for (const [id, step] of Object.entries(flow.steps)) {
    const at = `definition.steps.${id}`
    if (step.type === 'hours') await mustExist(tx, 'hours', [step.hoursId], `${at}.hoursId`)
    if ('queueId' in step) await mustExist(tx, 'queue', [step.queueId], `${at}.queueId`)
    const promptIds = saysOf(step).map(says => ('promptId' in says ? says.promptId : null))
    await mustExist(tx, 'prompt', promptIds, `${at}.says`)
  }
}

function pathOf(finding: FlowFinding): string {
  if (finding.stepId === null) return 'body.definition.start'
  const step = `body.definition.steps.${finding.stepId}`
  return finding.code === 'dangling' ? `${step}.${finding.field}` : step
}

function sentenceOf(finding: FlowFinding): string {
  switch (finding.code) {
    case 'noStart':
      return 'It does not say with which step it begins.'
    case 'dangling':
      return `The step "${finding.stepId}" leads to "${finding.target}", which does not exist.`
    case 'loop':
      return `From the step "${finding.stepId}" it would go round without end.`
    case 'noChoices':
      return `The menu "${finding.stepId}" has no keys. Add one.`
    case 'badLength':
      return `The step "${finding.stepId}" asks for more digits at least than at most.`
    case 'unreachable':
      return `Nothing leads to the step "${finding.stepId}".`
  }
}
