import { type Estimate, FIGURES, type Figure, type WhatIfResult } from '@centrala/api/what-if.ts'

const NAMES: Record<Figure, string> = {
  offered: 'Offered',
  answered: 'Answered',
  abandoned: 'Abandoned',
  serviceLevel: 'Service level',
  abandonmentRate: 'Abandonment rate',
  averageSpeedOfAnswer: 'Average speed of answer',
  waitP50Ms: 'Wait, half within',
  waitP90Ms: 'Wait, 90 % within',
  longestWaitMs: 'Longest wait',
  occupancy: 'Capacity in use',
}

/** A result as text: a table for everything together and for each queue. */
export function printResult(result: WhatIfResult): string {
  const { total, queues, runs, notes } = result
  const tables = [
    `All queues (means of ${runs} runs, ± half of the 95 % interval)\n${table(total)}`,
    ...queues.map(({ name, row, targetSeconds: { before, after } }) => {
      const promise = before === after ? `${before ?? '–'} s` : `${before ?? '–'} s, then ${after ?? '–'} s`
      return `${name} (promised within ${promise})\n${table(row)}`
    }),
  ]
  return [...tables, ...notes.map(({ text }) => `Note: ${text}`)].join('\n\n')
}

function table({ truth, before, after, change }: WhatIfResult['total']): string {
  const rows = [
    ['', 'really', 'simulated as it was', 'under the rules', 'change'],
    ...FIGURES.map(figure => [
      NAMES[figure],
      truth[figure] === null ? '–' : said(figure, truth[figure]),
      estimated(figure, before[figure]),
      estimated(figure, after[figure]),
      estimated(figure, change[figure], true),
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows
    .map(row => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))))
    .map(cells => `  ${cells.join('   ')}`.trimEnd())
    .join('\n')
}

function estimated(figure: Figure, estimate: Estimate, signed = false): string {
  if (!estimate) return '–'
  const { mean, high } = estimate
  const sign = signed && mean > 0 ? '+' : ''
  return `${sign}${said(figure, mean)} ± ${said(figure, high - mean)}`
}

function said(figure: Figure, value: number): string {
  switch (figure) {
    case 'serviceLevel':
    case 'abandonmentRate':
    case 'occupancy':
      return `${(value * 100).toFixed(1)} %`
    case 'averageSpeedOfAnswer':
    case 'waitP50Ms':
    case 'waitP90Ms':
    case 'longestWaitMs':
      return `${(value / 1000).toFixed(1)} s`
    default:
      return Number.isInteger(value) ? String(value) : value.toFixed(1)
  }
}
