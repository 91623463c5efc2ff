/** An event of the log as reports read it. Times are epoch ms. */
export interface ReportEvent {
  /** Order in which the log took it: within one interaction, the order in which things happened. */
  seq: number
  at: number
  type: string
  interactionId: string | null
  queueId: string | null
  /** Whom it concerns: the agent. */
  agentId: string | null
  data: Record<string, unknown>
}

/** The events that figures are made of. */
export const REPORT_EVENTS = [
  'interaction.created',
  'interaction.queued',
  'interaction.offered',
  'interaction.offerRejected',
  'interaction.offerExpired',
  'interaction.accepted',
  'interaction.assigned',
  'interaction.transferred',
  'interaction.leftQueue',
  'interaction.held',
  'interaction.consulted',
  'interaction.resumed',
  'interaction.ended',
  'interaction.abandoned',
  'interaction.wrappedUp',
  'interaction.judged',
  'survey.answered',
  'presence.changed',
] as const

/** The service-level target of a queue and channel as it held at the instant `at`, in ms; null where none was set. */
export type TargetAt = (queueId: string, channel: string, at: number) => number | null
