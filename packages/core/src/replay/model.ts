import type { Channel } from '../channel/channel.ts'
import { constant, empirical, exponential, type Law } from '../simulate/law.ts'
import { kaplanMeier, type Patience } from '../simulate/patience.ts'
import type { Answers } from '../simulate/scenario.ts'
import { type Entry, type Handling, type Observation, type OfferAnswer, waitsFor } from './observe.ts'

/** Customers and work of one queue on one channel, as the data have them. */
export interface Flow {
  queueId: string
  channel: Channel
  /** In order of coming. */
  entries: Entry[]
  abandoned: number
  /** Handle times that were seen of just these. */
  handled: number
  handleMs: Law
  meanHandleMs: number | null
  /** Null: nobody gave up. */
  patience: Patience | null
  leave: Patience | null
  answers: Answers
}

/** With fewer of its own, a flow takes the handle times of its channel. */
const FEW = 10
/** Where nothing was ever handled: five minutes, as the estimate of waits begins with. */
const GUESS_MS = 300_000

/** The flows of an observation, with their laws: handle times and answers are drawn again from what was seen, patience by Kaplan and Meier. */
export function modelOf(observation: Observation): Flow[] {
  const { entries, handlings, answers } = observation
  const ofChannel = Map.groupBy(handlings, ({ channel }) => channel)
  const ofFlow = Map.groupBy(handlings, flowKey)
  const answersOf = Map.groupBy(answers, ({ channel }) => channel)
  return Array.from(Map.groupBy(entries, flowKey), ([key, own]) => {
    const { queueId, channel } = own[0]!
    const handled = ofFlow.get(key) ?? []
    const likely = [handled, ofChannel.get(channel) ?? [], handlings].find(list => list.length >= FEW) ?? handlings
    return {
      queueId,
      channel,
      entries: own,
      abandoned: own.filter(({ outcome }) => outcome === 'abandoned').length,
      handled: handled.length,
      handleMs: likely.length > 0 ? empirical(likely.map(({ ms }) => ms)) : exponential(GUESS_MS),
      meanHandleMs: meanMs(likely),
      patience: kaplanMeier(waitsFor(own, 'abandoned')),
      leave: kaplanMeier(waitsFor(own, 'left')),
      answers: answersLaw(answersOf.get(channel) ?? []),
    }
  })
}

export const flowKey = ({ queueId, channel }: { queueId: string; channel: Channel }): string => `${queueId} ${channel}`

function meanMs(handlings: readonly Handling[]): number | null {
  return handlings.length > 0 ? handlings.reduce((sum, { ms }) => sum + ms, 0) / handlings.length : null
}

function answersLaw(answers: readonly OfferAnswer[]): Answers {
  const timed = answers.filter(({ how }) => how !== 'expired').map(({ ms }) => ms)
  const rejected = answers.filter(({ how }) => how === 'rejected').length
  return {
    acceptMs: timed.length > 0 ? empirical(timed) : constant(0),
    rejected: timed.length > 0 ? rejected / timed.length : 0,
    expired: answers.length > 0 ? (answers.length - timed.length) / answers.length : 0,
  }
}
