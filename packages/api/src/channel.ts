/** The channels, for screens: they import from the API alone. */
export { CHANNELS, type Channel } from '@centrala/core/channel/channel.ts'
