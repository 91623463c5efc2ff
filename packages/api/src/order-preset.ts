/** What a queue's order makes of waiting, as a screen previews it: the router's own curves. */
export type { CurvePiece } from '@centrala/core/routing/event.ts'
export { costCurve, firstComeCurve, serviceLevelCurve } from '@centrala/core/routing/order-preset.ts'
