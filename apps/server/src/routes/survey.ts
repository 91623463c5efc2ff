import { changeSurvey, createSurvey, deleteSurvey, getSurvey, listSurveys, type Survey } from '@centrala/api/survey.ts'
import type { Tx } from '@centrala/store/database.ts'
import { recordChange, unique, unused } from '../configuration/configuration.ts'
import { handle } from '../http/handle.ts'
import { found } from '../refusal.ts'

export const surveyRoutes = [
  handle(listSurveys, async ({ work }) => ({ items: await work(tx => surveys(tx)) })),
  handle(getSurvey, ({ params, work }) => work(tx => survey(tx, params.id))),
  handle(createSurvey, ({ context, body, work }) =>
    work(async tx => {
      const values = { ...body, question: JSON.stringify(spoken(body.question)) }
      const insert = tx.db.insertInto('survey').values(values).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await survey(tx, id)
      await recordChange(tx, context, 'survey', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeSurvey, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await survey(tx, params.id)
      const set = { ...body, question: JSON.stringify(spoken(body.question)) }
      await unique('name', tx.db.updateTable('survey').set(set).where('id', '=', params.id).execute())
      const after = await survey(tx, params.id)
      await recordChange(tx, context, 'survey', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteSurvey, ({ context, params, work }) =>
    work(async tx => {
      const before = await survey(tx, params.id)
      const deletion = tx.db.deleteFrom('survey').where('id', '=', params.id).execute()
      await unused('survey', 'A queue asks it, or customers have answered it. Switch it off instead.', deletion)
      await recordChange(tx, context, 'survey', 'deleted', params.id, before, null)
      return {}
    }),
  ),
]

/** Languages left empty ask our own words. */
const spoken = (question: Survey['question']) =>
  Object.fromEntries(Object.entries(question).filter(([, words]) => words !== ''))

async function surveys(tx: Tx, id: string | null = null): Promise<Survey[]> {
  return tx.query<Survey>(
    `SELECT s.id, s.name, s.question, s.active,
            ARRAY(SELECT q.id FROM queue q WHERE q.tenant_id = s.tenant_id AND q.survey_id = s.id AND q.archived_at IS NULL) AS "queueIds",
            (SELECT count(*) FROM survey_response r WHERE r.tenant_id = s.tenant_id AND r.survey_id = s.id
                AND r.answered_at IS NOT NULL) AS "answerCount"
       FROM survey s WHERE $1::uuid IS NULL OR s.id = $1 ORDER BY fold(s.name), s.id`,
    [id],
  )
}

async function survey(tx: Tx, id: string): Promise<Survey> {
  return found((await surveys(tx, id))[0], 'survey')
}
