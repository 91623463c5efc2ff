import { GROUPINGS, type Report, STEPS } from '@centrala/api/report.ts'
import { type Days, daysOf, instantsOf, isPeriod, PRESETS, type Preset, stepsFor } from './period.ts'
import type { Asked } from './queries.ts'

/** The report as its address tells it, so that it can be bookmarked and sent. Everything has a default. */
export interface ReportSearch {
  report?: string
  period?: string
  from?: string
  to?: string
  by?: string
  step?: string
  queue?: string
  agent?: string
  channel?: string
}

export const REPORTS = [
  'overview',
  'service',
  'handling',
  'satisfaction',
  'agents',
] as const satisfies readonly Report['id'][]
const CHANNELS = ['chat', 'email', 'voice', 'form'] as const
const DEFAULT_GROUPING: Partial<Record<Report['id'], Report['groupBy']>> = { agents: 'agent', handling: 'agent' }

const among = <T extends string>(list: readonly T[], text: string | undefined): T | undefined =>
  list.find(one => one === text)

/** What is to be asked of the API, and the choices as they stand. Values that make no sense fall back to the default. */
export function askedOf(
  search: ReportSearch,
  now: number,
  timeZone: string,
): { preset: Preset; days: Days; asked: Asked } {
  const named = among(PRESETS, search.period) ?? 'last7'
  const own = search.from && search.to && isPeriod(search.from, search.to) ? { from: search.from, to: search.to } : null
  const preset = named === 'custom' && !own ? 'last7' : named
  const days = preset === 'custom' && own ? own : daysOf(preset === 'custom' ? 'last7' : preset, now, timeZone)
  const id = among(REPORTS, search.report) ?? 'overview'
  const steps = stepsFor(days)
  const asked: Asked = {
    id,
    ...instantsOf(days, timeZone),
    timeZone,
    groupBy: among(GROUPINGS, search.by) ?? DEFAULT_GROUPING[id] ?? 'queue',
    interval: among(steps, among(STEPS, search.step)) ?? steps[0] ?? 'day',
    queueId: search.queue ?? null,
    agentId: search.agent ?? null,
    channel: among(CHANNELS, search.channel) ?? null,
  }
  return { preset, days, asked }
}
