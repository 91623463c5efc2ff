import { z } from 'zod'
import { route } from './route.ts'
import { Id, Locale, Name } from './shapes.ts'

/** One question with an answer from 1 to 5 and room for a comment, asked when a contact has ended. */
export const Survey = z.object({
  id: Id,
  name: z.string(),
  question: z.partialRecord(Locale, z.string()),
  active: z.boolean(),
  queueIds: z.array(Id),
  answerCount: z.number().int(),
})
export type Survey = z.infer<typeof Survey>

const params = { id: Id }
export const surveyBody = z.strictObject({
  name: Name,
  question: z
    .partialRecord(Locale, z.string().trim().max(500))
    .default({})
    .meta({ description: 'Per language; where one is missing, our own words are asked' }),
  active: z.boolean().default(true),
})

export const listSurveys = route({
  id: 'listSurveys',
  method: 'GET',
  path: '/surveys',
  access: 'self',
  tag: 'survey',
  summary: 'Surveys, by name',
  response: z.object({ items: z.array(Survey) }),
})
export const getSurvey = route({
  id: 'getSurvey',
  method: 'GET',
  path: '/surveys/:id',
  access: 'self',
  tag: 'survey',
  summary: 'One survey',
  params,
  response: Survey,
})
export const createSurvey = route({
  id: 'createSurvey',
  method: 'POST',
  path: '/surveys',
  access: 'routing.manage',
  tag: 'survey',
  summary: 'Add a survey',
  body: surveyBody,
  response: Survey,
})
export const changeSurvey = route({
  id: 'changeSurvey',
  method: 'PUT',
  path: '/surveys/:id',
  access: 'routing.manage',
  tag: 'survey',
  summary: 'Change a survey',
  params,
  body: surveyBody,
  response: Survey,
})
export const deleteSurvey = route({
  id: 'deleteSurvey',
  method: 'DELETE',
  path: '/surveys/:id',
  access: 'routing.manage',
  tag: 'survey',
  summary: 'Delete a survey that no queue asks and nobody has answered; switch off one that has answers',
  params,
})
