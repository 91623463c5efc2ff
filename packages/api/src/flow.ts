import { z } from 'zod'
import { StatePhrase } from './phrase.ts'
import { route } from './route.ts'
import { At, Id, Language, Name } from './shapes.ts'

const StepId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'Write a short name of letters and digits.')
const Text = z.string().trim().min(1, 'Write what is to be said.').max(2000)
const Says = z.array(z.union([z.strictObject({ promptId: Id }), z.strictObject({ text: Text })])).max(20)
const seconds = (least: number, most: number) => z.int().min(least).max(most)
const attributes = z.record(z.string().trim().min(1).max(60), z.string().max(500))
const priority = z.int().min(-1000).max(1000)

/** One step, as core/flow has it. */
export const FlowStep = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('say'), says: Says, next: StepId }),
  z.strictObject({
    type: z.literal('menu'),
    says: Says,
    choices: z.partialRecord(
      z.enum(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#']),
      z.strictObject({
        next: StepId,
        label: z.string().trim().min(1, 'Say what the key means.').max(120),
        language: Language.optional(),
        attributes: attributes.optional(),
      }),
    ),
    timeoutSeconds: seconds(1, 60),
    retries: z.int().min(0).max(9),
    onWrong: Says,
    onTimeout: Says,
    otherwise: StepId,
  }),
  z.strictObject({
    type: z.literal('ask'),
    says: Says,
    name: z
      .string()
      .regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'Write a short name of letters and digits, such as customerNumber.'),
    minDigits: z.int().min(1).max(40),
    maxDigits: z.int().min(1).max(40),
    endKey: z.enum(['#', '*', '']),
    timeoutSeconds: seconds(1, 60),
    retries: z.int().min(0).max(9),
    sensitive: z.boolean(),
    next: StepId,
    otherwise: StepId,
  }),
  z.strictObject({ type: z.literal('hours'), hoursId: Id, open: StepId, closed: StepId }),
  z.strictObject({ type: z.literal('set'), language: Language.optional(), attributes, next: StepId }),
  z.strictObject({
    type: z.literal('queue'),
    queueId: Id,
    priority,
    maxWaitSeconds: seconds(1, 86_400).nullable(),
    maxWaiting: z.int().min(0).max(10_000).nullable(),
    next: StepId,
  }),
  z.strictObject({
    type: z.literal('voicemail'),
    queueId: Id,
    says: Says,
    maxSeconds: seconds(5, 900),
    next: StepId,
  }),
  z.strictObject({
    type: z.literal('forward'),
    to: z.string().trim().min(1, 'Write a number such as +385 1 234 5678.').max(60),
    timeoutSeconds: seconds(5, 300),
    next: StepId,
  }),
  z.strictObject({ type: z.literal('end'), says: Says }),
])

export const FlowDefinition = z.strictObject({
  start: StepId,
  steps: z
    .record(StepId, FlowStep)
    .refine(steps => Object.keys(steps).length <= 300, 'A flow has 300 steps at most. Divide it.'),
})
export type FlowDefinition = z.infer<typeof FlowDefinition>

/** A text and the language it is said in. */
export const SpokenText = z.object({ language: z.string(), text: z.string() })

export const FlowShown = z.object({
  id: Id,
  name: z.string(),
  definition: FlowDefinition,
  version: z.number().int(),
  changedAt: At,
  numbers: z
    .array(z.object({ id: Id, name: z.string(), number: z.string() }))
    .meta({ description: 'That begin with it' }),
  speech: z
    .object({
      total: z.number().int(),
      waiting: z.array(SpokenText),
      sentence: z.string().meta({ description: 'Why texts could not be spoken; empty: nothing went wrong' }),
      phrase: StatePhrase,
    })
    .meta({ description: 'Texts are spoken beforehand, after each change; callers hear only those that are' }),
})
export type FlowShown = z.infer<typeof FlowShown>

const params = { id: Id }
const body = z.strictObject({ name: Name, definition: FlowDefinition })

export const listFlows = route({
  id: 'listFlows',
  method: 'GET',
  path: '/flows',
  access: 'channel.manage',
  tag: 'flow',
  summary: 'Flows: what happens before an agent; by name',
  response: z.object({ items: z.array(FlowShown) }),
})
export const getFlow = route({
  id: 'getFlow',
  method: 'GET',
  path: '/flows/:id',
  access: 'channel.manage',
  tag: 'flow',
  summary: 'One flow, and which of its texts are not spoken yet',
  params,
  response: FlowShown,
})
export const createFlow = route({
  id: 'createFlow',
  method: 'POST',
  path: '/flows',
  access: 'channel.manage',
  tag: 'flow',
  summary: 'Add a flow. One that would leave callers nowhere is refused, step by step',
  body,
  response: FlowShown,
})
export const changeFlow = route({
  id: 'changeFlow',
  method: 'PUT',
  path: '/flows/:id',
  access: 'channel.manage',
  tag: 'flow',
  summary: 'Change a flow; calls in it end it as it was, new calls begin it as it is',
  params,
  body: z.strictObject({
    ...body.shape,
    version: z
      .int()
      .nullable()
      .default(null)
      .meta({ description: 'The version that was changed: refused when somebody was quicker; null: never refused' }),
  }),
  response: FlowShown,
})
export const deleteFlow = route({
  id: 'deleteFlow',
  method: 'DELETE',
  path: '/flows/:id',
  access: 'channel.manage',
  tag: 'flow',
  summary: 'Delete a flow that no number begins with',
  params,
})
export const speakFlow = route({
  id: 'speakFlow',
  method: 'POST',
  path: '/flows/:id/speech',
  access: 'channel.manage',
  tag: 'flow',
  summary: 'Speak the texts that are not spoken yet; with `again`, all of them',
  params,
  body: z.strictObject({ again: z.boolean().default(false) }),
  response: FlowShown,
})
