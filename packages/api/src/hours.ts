import { z } from 'zod'
import { route } from './route.ts'
import { At, Id, Name, TimeZone } from './shapes.ts'

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const Start = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time such as 08:00.')
const End = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Write a time such as 16:00, at most 24:00.')

/** Opening times of one day, in order and apart. A night shift is two: until 24:00, and from 00:00 the day after. */
export const Ranges = z
  .array(z.tuple([Start, End]))
  .max(10)
  .superRefine((ranges, context) => {
    const issue = (index: number, message: string, reason: string) =>
      context.addIssue({ code: 'custom', path: [index], message, params: { reason } })
    for (const [index, [from, to]] of ranges.entries()) {
      if (to <= from)
        issue(index, 'It ends before it starts. Past midnight, write until 24:00 and go on the next day.', 'endsBefore')
      const before = ranges[index - 1]
      if (before && from < before[1]) issue(index, 'It overlaps the one before it.', 'overlaps')
    }
  })
const Day = z.iso.date('Write a date such as 2026-12-24.')

/** Days that differ from the week: closed, or open at other times. They win over public holidays. */
export const Closure = z
  .strictObject({
    from: Day,
    to: Day,
    name: z.string().trim().min(1, 'Say what it is.').max(120),
    open: Ranges.default([]).meta({ description: 'Opening times on these days; empty: closed' }),
  })
  .refine(closure => closure.to >= closure.from, {
    path: ['to'],
    message: 'The last day is before the first.',
    params: { reason: 'endsBefore' },
  })
const Country = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,6})?$/, 'Write a country such as HR, or a region such as DE-BY.')

export const hoursBody = z.strictObject({
  name: Name,
  timeZone: TimeZone,
  weekly: z.partialRecord(z.enum(DAYS), Ranges).default({}),
  country: Country.nullable().default(null).meta({ description: 'Its public holidays are closed; null: none are' }),
  closures: z.array(Closure).max(500).default([]),
})
export type HoursBody = z.infer<typeof hoursBody>

export const Hours = z.object({
  id: Id,
  ...hoursBody.shape,
  name: z.string(),
  queueIds: z.array(Id),
  openNow: z.boolean(),
  changesAt: At.nullable(),
})
export type Hours = z.infer<typeof Hours>

const params = { id: Id }
export const listHours = route({
  id: 'listHours',
  method: 'GET',
  path: '/hours',
  access: 'self',
  tag: 'hours',
  summary: 'Business hours, with whether they are open now and when that changes',
  response: z.object({ items: z.array(Hours) }),
})
export const getHours = route({
  id: 'getHours',
  method: 'GET',
  path: '/hours/:id',
  access: 'self',
  tag: 'hours',
  summary: 'One set of business hours',
  params,
  response: Hours,
})
export const createHours = route({
  id: 'createHours',
  method: 'POST',
  path: '/hours',
  access: 'routing.manage',
  tag: 'hours',
  summary: 'Add business hours',
  body: hoursBody,
  response: Hours,
})
export const changeHours = route({
  id: 'changeHours',
  method: 'PUT',
  path: '/hours/:id',
  access: 'routing.manage',
  tag: 'hours',
  summary: 'Change business hours',
  params,
  body: hoursBody,
  response: Hours,
})
export const deleteHours = route({
  id: 'deleteHours',
  method: 'DELETE',
  path: '/hours/:id',
  access: 'routing.manage',
  tag: 'hours',
  summary: 'Delete business hours that no queue uses',
  params,
})

export const HoursPreview = z.object({
  open: z.boolean(),
  reason: z
    .object({ kind: z.enum(['weekly', 'holiday', 'closure']), name: z.string().nullable() })
    .meta({ description: 'What decides it at this moment' }),
  changesAt: At.nullable().meta({ description: 'When it next opens or closes; null: not within a year' }),
  /** The coming fourteen days. */
  days: z.array(
    z.object({
      date: z.string(),
      ranges: z.array(z.tuple([z.string(), z.string()])),
      kind: z.enum(['weekly', 'holiday', 'closure']),
      name: z.string().nullable(),
    }),
  ),
  /** The next five public holidays. */
  holidays: z.array(z.object({ date: z.string(), name: z.string() })),
})
export type HoursPreview = z.infer<typeof HoursPreview>
export const previewHours = route({
  id: 'previewHours',
  method: 'POST',
  path: '/hours/preview',
  access: 'self',
  tag: 'hours',
  summary: 'Open now? Closes when? The next days and holidays of these hours; changes nothing',
  body: z.strictObject({ ...hoursBody.omit({ name: true }).shape, at: At.optional() }),
  response: HoursPreview,
})
export const listHolidayCountries = route({
  id: 'listHolidayCountries',
  method: 'GET',
  path: '/holiday-countries',
  access: 'self',
  tag: 'hours',
  summary: 'Countries whose public holidays are known, with their regions',
  query: { locale: z.string().max(20).default('en') },
  response: z.object({
    items: z.array(
      z.object({
        code: z.string(),
        name: z.string(),
        regions: z.array(z.object({ code: z.string(), name: z.string() })),
      }),
    ),
  }),
})
