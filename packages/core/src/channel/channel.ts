/** Every channel Centrala routes. A channel is added here, in the channels package, and nowhere else in the core. */
export const CHANNELS = ['chat', 'email', 'voice', 'form'] as const
export type Channel = (typeof CHANNELS)[number]
