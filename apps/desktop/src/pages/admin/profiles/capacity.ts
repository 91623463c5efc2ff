import { CHANNELS, type Channel } from '@centrala/api/channel.ts'

type Weights = Partial<Record<Channel, number>>

/** The channels of a profile and how many of each an agent has at most, when nothing else is held. */
export function channelsOf({
  capacity,
  weights,
}: {
  capacity: number
  weights: Weights
}): { channel: Channel; most: number }[] {
  return CHANNELS.flatMap(channel => {
    const weight = weights[channel]
    return weight ? [{ channel, most: Math.floor(capacity / weight) }] : []
  })
}
