// Writes docs/metrics.md from the definitions in packages/core/src/report. `--check` only compares, and fails when the file is stale.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { LIVE_METRICS, type LiveMetric, METRICS, type Metric, REPORTS } from '@centrala/core/report/metric.ts'
import { TOTALS } from '@centrala/core/report/totals.ts'

export const TARGET = new URL('../docs/metrics.md', import.meta.url)

const UNITS: Record<Metric['unit'], string> = { count: 'number', share: 'percentage', ms: 'time', score: '1 to 5' }
const BETTER = { higher: 'higher is better', lower: 'lower is better' }

function section(metric: Metric | LiveMetric): string {
  const by = metric.by.length > 0 ? `by ${metric.by.join(', ')}` : ''
  const facts = [UNITS[metric.unit], by, metric.better ? BETTER[metric.better] : '', `version ${metric.version}`]
  return `### ${metric.name}\n\n\`${metric.id}\` · ${facts.filter(Boolean).join(' · ')}\n\n${metric.formula}\n\n*Counts:* ${metric.counted}\n`
}

export function metricsDoc(): string {
  return `<!-- Written by "npm run docs:metrics" from packages/core/src/report. Do not edit. -->
# Metrics

Every figure Centrala shows is one definition, with a version, computed from the event log. The same words stand beside the figure on the
screen and in the API (\`GET /api/metrics\`). A version grows when the meaning changes; figures of different versions are not comparable.

## How figures are made

The log is folded, contact by contact and agent by agent, into totals that are plain sums (below). Totals are kept per quarter of an hour,
queue, agent and channel; hours, days, weeks and months are sums of quarters in the time zone asked for. A metric is computed from the sums
at the very end, never from other figures, so that a total over queues or days is as exact as each of them.

- An event that is told late changes the interval it belongs to, however long ago. A test holds the kept totals equal to recomputation from
  raw events over random histories.
- What still goes on is added when a report is read: an agent's present state up to now, and contacts that wait beyond their target.
- A contact is held against the service-level target that its queue promised when it entered, also when the promise changes later.
- First contact resolution is judged seven days after a contact has ended and written to the log as \`interaction.judged\`.
- Whatever is derived can be made again from the log: \`npm run rollup\`.

## Over time

${METRICS.map(section).join('\n')}
## At this moment

${LIVE_METRICS.map(section).join('\n')}
## Reports

${Object.entries(REPORTS)
  .map(([id, metrics]) => `- \`${id}\`: ${metrics.map(metric => `\`${metric}\``).join(', ')}`)
  .join('\n')}

## Totals

| total | counts |
|---|---|
${Object.entries(TOTALS)
  .map(([name, words]) => `| \`${name}\` | ${words} |`)
  .join('\n')}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) await writeFile(TARGET, metricsDoc())
  else if ((await readFile(TARGET, 'utf8')) !== metricsDoc())
    throw new Error('docs/metrics.md is stale. Run "npm run docs:metrics".')
}
