import type { ChannelAccountView, ChannelManifest, ProbeResult } from '@centrala/channels/channel.ts'
import { statePhrase, told } from '@centrala/core/phrase/state-phrase.ts'
import { AddressRefused, resolvePublic } from '../net/address.ts'
import { publicNetwork } from '../net/public-network.ts'
import type { Services } from '../services.ts'

/** Tries an account's settings. Servers at private addresses are not even connected to, unless the installation allows it. */
export async function probeAccount(
  services: Services,
  manifest: ChannelManifest,
  account: Omit<ChannelAccountView<unknown, unknown>, 'signingKey'>,
): Promise<ProbeResult[]> {
  for (const host of manifest.servers?.(account.config) ?? []) {
    try {
      await resolvePublic(host, { allowPrivate: services.env.ALLOW_PRIVATE_ADDRESSES })
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error
      return [{ part: 'address', ok: false, ...told(error.phrase) }]
    }
  }
  const results = await manifest.probe?.({
    ...account,
    ...publicNetwork(services.env),
    signingKey: services.keys.signing,
  })
  return results ?? [{ part: 'settings', ok: true, ...told(statePhrase('channelAccount.inOrder')) }]
}
