import type en from '../../i18n/en/reports.json'

/** A metric that has words. A unit test holds the words to the definitions. */
export type MetricId = keyof typeof en.metric
