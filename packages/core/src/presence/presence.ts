/** What an agent is doing, as the router and every screen see it. */
export const PRESENCES = ['offline', 'available', 'away', 'busy', 'wrapUp', 'notResponding'] as const
export type Presence = (typeof PRESENCES)[number]

/** The states an agent may choose; the others are set by the system. */
export const CHOSEN_PRESENCES = ['offline', 'available', 'away'] as const satisfies readonly Presence[]
