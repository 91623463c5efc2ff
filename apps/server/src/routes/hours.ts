import {
  changeHours,
  createHours,
  deleteHours,
  getHours,
  type HoursBody,
  type Hours as HoursShown,
  listHolidayCountries,
  listHours,
  previewHours,
} from '@centrala/api/hours.ts'
import { holidayCountries } from '@centrala/core/hours/holidays.ts'
import { type Hours, holidaysAhead, isOpen, nextChange, planAhead } from '@centrala/core/hours/hours.ts'
import type { Tx } from '@centrala/store/database.ts'
import { recordChange, unique, unused } from '../configuration/configuration.ts'
import { flowsWith } from '../flow/flows-with.ts'
import { handle } from '../http/handle.ts'
import { badField, conflict, found } from '../refusal.ts'

export const hoursRoutes = [
  handle(listHours, async ({ work }) => ({ items: await work(tx => list(tx)) })),
  handle(getHours, ({ params, work }) => work(tx => one(tx, params.id))),
  handle(createHours, ({ context, body, work }) =>
    work(async tx => {
      const insert = tx.db.insertInto('hours').values(columns(body)).returning('id').executeTakeFirstOrThrow()
      const { id } = await unique('name', insert)
      const after = await one(tx, id)
      await recordChange(tx, context, 'hours', 'created', id, null, after)
      return after
    }),
  ),
  handle(changeHours, ({ context, params, body, work }) =>
    work(async tx => {
      const before = await one(tx, params.id)
      await unique('name', tx.db.updateTable('hours').set(columns(body)).where('id', '=', params.id).execute())
      const after = await one(tx, params.id)
      await recordChange(tx, context, 'hours', 'changed', params.id, before, after)
      return after
    }),
  ),
  handle(deleteHours, ({ context, params, work }) =>
    work(async tx => {
      const before = await one(tx, params.id)
      const flows = await flowsWith(tx, params.id)
      if (flows) throw conflict('hours.used', `These flows ask for them: ${flows}. Change them first.`)
      const deletion = tx.db.deleteFrom('hours').where('id', '=', params.id).execute()
      await unused('hours', 'A queue still keeps these hours. Give it others first.', deletion)
      await recordChange(tx, context, 'hours', 'deleted', params.id, before, null)
      return {}
    }),
  ),
  handle(previewHours, async ({ body }) => {
    const { at, ...hours } = body
    const now = at ? Date.parse(at) : Date.now()
    const days = planAhead(hours, now, 14)
    const change = nextChange(hours, now)
    return {
      open: isOpen(hours, now),
      reason: { kind: days[0]?.kind ?? 'weekly', name: days[0]?.name ?? null },
      changesAt: change === null ? null : new Date(change).toISOString(),
      days: days.map(day => ({ ...day, ranges: day.ranges.map(([from, to]): [string, string] => [from, to]) })),
      holidays: holidaysAhead(hours, now, 5).map(({ date, name }) => ({ date, name })),
    }
  }),
  handle(listHolidayCountries, async ({ query }) => ({ items: countries(query.locale.slice(0, 2)) })),
]

const lists = new Map<string, ReturnType<typeof holidayCountries>>()
const LANGUAGES = new Set(['en', 'hr', 'sr', 'ro', 'ru'])
function countries(asked: string) {
  const language = LANGUAGES.has(asked) ? asked : 'en'
  const known = lists.get(language) ?? holidayCountries(language)
  lists.set(language, known)
  return known
}

function columns({ weekly, closures, ...body }: HoursBody) {
  if (
    body.country &&
    !countries('en').some(({ code, regions }) => [code, ...regions.map(r => r.code)].includes(body.country ?? ''))
  )
    throw badField('country', 'The holidays of this country or region are not known. Choose another, or none.')
  return { ...body, weekly: JSON.stringify(weekly), closures: JSON.stringify(closures) }
}

async function list(tx: Tx, id: string | null = null): Promise<HoursShown[]> {
  const rows = await tx.query<Hours & { id: string; name: string; queueIds: string[] }>(
    `SELECT h.id, h.name, h.time_zone AS "timeZone", h.weekly, h.country, h.closures,
            ARRAY(SELECT q.id FROM queue q WHERE q.tenant_id = h.tenant_id AND q.hours_id = h.id AND q.archived_at IS NULL) AS "queueIds"
       FROM hours h WHERE $1::uuid IS NULL OR h.id = $1 ORDER BY fold(h.name), h.id`,
    [id],
  )
  const now = Date.now()
  return rows.map(row => {
    const change = nextChange(row, now)
    return {
      ...(row as Omit<HoursShown, 'openNow' | 'changesAt'>),
      openNow: isOpen(row, now),
      changesAt: change === null ? null : new Date(change).toISOString(),
    }
  })
}

async function one(tx: Tx, id: string): Promise<HoursShown> {
  return found((await list(tx, id))[0], 'hours')
}
