import type { Network } from '@centrala/channels/channel.ts'
import type { Env } from '../env.ts'
import { resolvePublic } from './address.ts'
import { fetchPublic } from './fetch-public.ts'

/** For an account's `network`: only servers of the public internet, unless the installation allows others. */
export function publicNetwork({ ALLOW_PRIVATE_ADDRESSES }: Pick<Env, 'ALLOW_PRIVATE_ADDRESSES'>): {
  network?: Network
} {
  if (ALLOW_PRIVATE_ADDRESSES) return {}
  return {
    network: {
      addressOf: async host => (await resolvePublic(host, { allowPrivate: false }))[0].address,
      fetch: fetchPublic(false),
    },
  }
}
