/**
 * What a what-if tells of a queue, defined as in docs/metrics.md: counts, shares from 0 to 1, and waits in milliseconds. `occupancy` is the share of capacity in
 * use, of a queue by the agents who serve it.
 */
export const FIGURES = [
  'offered',
  'answered',
  'abandoned',
  'serviceLevel',
  'abandonmentRate',
  'averageSpeedOfAnswer',
  'waitP50Ms',
  'waitP90Ms',
  'longestWaitMs',
  'occupancy',
] as const
export type Figure = (typeof FIGURES)[number]
