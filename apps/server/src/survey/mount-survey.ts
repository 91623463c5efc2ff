import type { Tx } from '@centrala/store/database.ts'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { ANSWER_WITHIN_DAYS, answerSurvey, CHANGE_WITHIN_HOURS, MOST_COMMENT } from './answer-survey.ts'
import { type SurveyPage, surveyPage } from './survey-page.ts'
import { readSurveyToken } from './survey-token.ts'
import { surveyWords } from './survey-words.ts'

const Score = z.coerce.number().int().min(1).max(5)
const Form = z.object({
  score: Score,
  comment: z
    .string()
    .max(MOST_COMMENT * 2)
    .default(''),
})
const Asked = z.object({ score: Score.optional().catch(undefined), change: z.string().optional().catch(undefined) })
const Place = z.object({ token: z.string().max(100).catch('') })

/**
 * The survey page that a mail leads to: `/survey/:token`, public, since the token says whose survey it is and allows nothing else.
 * Opening it stores nothing; only the form does.
 */
export async function mountSurvey(app: FastifyInstance, services: Services): Promise<void> {
  await app.register(async scope => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 32 * 1024 },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    scope.get('/survey/:token', async (request, reply) => {
      const survey = await find(services, Place.parse(request.params).token)
      if (!survey) return show(reply, gone(request.headers['accept-language']))
      const { score, change } = Asked.parse(request.query)
      const editing =
        survey.state === 'answered' && (change !== undefined || (score !== undefined && score !== survey.score))
      return show(reply, { ...survey, ...(editing && { state: 'asking' }), score: score ?? survey.score })
    })
    scope.post('/survey/:token', async (request, reply) => {
      const { token } = Place.parse(request.params)
      const survey = await find(services, token)
      if (!survey) return show(reply, gone(request.headers['accept-language']))
      const form = Form.safeParse(request.body)
      if (!form.success) return show(reply, { ...survey, state: 'asking', problem: survey.words.choose }, 400)
      const { tenantId, interactionId } = survey
      try {
        await services.db.tenant(tenantId, tx => answerSurvey(tx, { interactionId, ...form.data }))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return show(reply, { ...survey, state: 'closed' }, error.status)
      }
      return reply.redirect(survey.action, 303) // a reload must not answer again
    })
  })
}

type Found = SurveyPage & { tenantId: string; interactionId: string }

async function find({ db, keys }: Services, token: string): Promise<Found | null> {
  const whose = readSurveyToken(keys.signing, token)
  if (!whose) return null
  const row = await db.tenant(whose.tenantId, tx => read(tx, whose.interactionId))
  if (!row?.endedAt) return null
  const { locale, words } = surveyWords(row.language)
  const answered = row.answeredAt !== null
  const until = row.answeredAt
    ? row.answeredAt.getTime() + CHANGE_WITHIN_HOURS * 3_600_000
    : row.endedAt.getTime() + ANSWER_WITHIN_DAYS * 86_400_000
  return {
    ...whose,
    locale,
    words,
    name: row.name,
    color: row.color ?? '',
    question: row.question?.[locale]?.trim() || words.question,
    action: `/survey/${token}`,
    score: row.score,
    comment: row.comment ?? '',
    state: Date.now() > until ? 'closed' : answered ? 'answered' : 'asking',
  }
}

interface Row {
  language: string | null
  name: string
  color: string | null
  question: Record<string, string> | null
  endedAt: Date | null
  answeredAt: Date | null
  score: number | null
  comment: string | null
}

async function read(tx: Tx, interactionId: string): Promise<Row | undefined> {
  const [row] = await tx.query<Row>(
    `SELECT coalesce(i.language, cu.language, t.locale) AS language, coalesce(b.name, t.name) AS name, b.color, s.question,
            i.ended_at AS "endedAt", r.answered_at AS "answeredAt", r.score, r.comment
       FROM interaction i
       JOIN tenant t ON t.tenant_id = i.tenant_id
       JOIN customer cu ON cu.tenant_id = i.tenant_id AND cu.id = i.customer_id
       LEFT JOIN queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
       LEFT JOIN brand b ON b.tenant_id = q.tenant_id AND b.id = q.brand_id
       LEFT JOIN survey_response r ON r.tenant_id = i.tenant_id AND r.interaction_id = i.id
       LEFT JOIN survey s ON s.tenant_id = i.tenant_id AND s.id = coalesce(r.survey_id, q.survey_id)
      WHERE i.id = $1`,
    [interactionId],
  )
  return row
}

function gone(accepted: string | undefined): SurveyPage {
  const { locale, words } = surveyWords(accepted?.split(/[,;]/)[0]?.trim() ?? null)
  const nothing = { name: 'Centrala', color: '', question: '', action: '', score: null, comment: '' }
  return { locale, words, ...nothing, state: 'gone' }
}

function show(reply: FastifyReply, page: SurveyPage, status = page.state === 'gone' ? 404 : 200): FastifyReply {
  return (
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-robots-tag', 'noindex')
      // With "no-referrer" browsers send a form of this page as if from nowhere.
      .header('referrer-policy', 'same-origin')
      .send(surveyPage(page))
  )
}
