import * as api from '@centrala/api/report.ts'
import { REPORT_IDS, REPORTS } from '@centrala/core/report/metric.ts'
import { handle } from '../http/handle.ts'
import { readFairness } from '../report/read-fairness.ts'
import { DEFINITIONS, readReport } from '../report/read-report.ts'
import { reportCsv } from '../report/report-csv.ts'
import { listAnswers } from '../survey/list-answers.ts'

export const reportRoutes = [
  handle(api.listMetrics, async () => ({
    metrics: DEFINITIONS,
    reports: REPORT_IDS.map(id => ({ id, metrics: [...REPORTS[id]] })),
  })),
  handle(api.getReport, ({ params, query, work }) => work(tx => readReport(tx, params, query, new Date()))),
  handle(api.exportReport, async ({ params, query, reply, work }) => {
    const { bom, ...asked } = query
    const report = await work(tx => readReport(tx, params, asked, new Date()))
    const name = `${report.id}-${report.from.slice(0, 10)}-${report.to.slice(0, 10)}.csv`
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(reportCsv(report, bom))
  }),
  handle(api.getFairness, ({ query, work }) => work(tx => readFairness(tx, query, new Date()))),
  handle(api.listSurveyAnswers, ({ query, work }) => work(tx => listAnswers(tx, query))),
]
