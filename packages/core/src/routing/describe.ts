import { type RoutingCode, type RoutingPhrase, receiptPhrases, waitingPhrases } from './phrase.ts'
import type { Receipt } from './receipt.ts'
import type { Waiting } from './waiting.ts'

/** The name to show for an id; the id itself where nobody knows one. */
export type Names = (kind: 'agent' | 'skill' | 'queue', id: string) => string

/** A receipt in English: "Ana: skill hr 4 ≥ 3, idle longest; Marko: full; Iva: skill hr 2 < 3". */
export function describeReceipt(receipt: Receipt, names: Names): string {
  return receiptPhrases(receipt)
    .map(phrase => say(phrase, names))
    .join('; ')
}

/** Why something waits in English: "no one with de ≥ 3 is signed in; in 40 s it needs de ≥ 2; Iva: skill de 2 < 3". */
export function describeWaiting(waiting: Waiting, names: Names): string {
  return waitingPhrases(waiting)
    .map(phrase => say(phrase, names))
    .join('; ')
}

/** A duration as people say it: "40 s", "2 min", "1 h 5 min". */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

type Say = (phrase: RoutingPhrase, names: Names) => string

const id = ({ params }: RoutingPhrase, name: string): string => String(params[name] ?? '')
const ms = ({ params }: RoutingPhrase, name: string): string => sayDuration(Number(params[name] ?? 0))
const percent = ({ params }: RoutingPhrase): string => `${Math.round(Number(params.load ?? 0) / 10)} %`
const has = ({ params }: RoutingPhrase, name: string): boolean => params[name] !== undefined
const parts = (phrase: RoutingPhrase, names: Names): string =>
  (phrase.parts ?? []).map(part => say(part, names)).join(', ')
const need: Say = (phrase, names) => `${names('skill', id(phrase, 'skillId'))} ≥ ${phrase.params.needs}`
const others = ({ params }: RoutingPhrase): string => (params.count === 1 ? '1 other' : `${params.count} others`)

const keptFor: Say = (phrase, names) => {
  const queue = has(phrase, 'queueId') ? ` for ${names('queue', id(phrase, 'queueId'))}` : ''
  return has(phrase, 'skillId') ? `${queue} for ${names('skill', id(phrase, 'skillId'))}` : queue
}
const kept = ({ params }: RoutingPhrase): string =>
  params.keep === 1 ? 'one other must stay idle' : `${params.keep} others must stay idle`

const english: Record<RoutingCode, Say> = {
  agent: (phrase, names) => `${names('agent', id(phrase, 'agentId'))}: ${parts(phrase, names)}`,
  others: (phrase, names) => `${others(phrase)}: ${parts(phrase, names)}`,
  need,
  needWhere: ({ params }) => `“${params.where}”`,
  overdue: phrase => `${ms(phrase, 'overMs')} over the longest wait`,
  'skill.met': (phrase, names) =>
    `skill ${names('skill', id(phrase, 'skillId'))} ${phrase.params.has} ≥ ${phrase.params.needs}`,
  'rule.only': () => 'the only one free',
  'rule.reserved': () => 'waited for in particular',
  'rule.preferred': () => 'preferred',
  'rule.notSpared': () => 'not needed for scarcer work',
  'rule.leastLoaded': () => 'least loaded',
  'rule.longestIdle': () => 'idle longest',
  'rule.firstById': () => 'idle as long as the next, first by id',
  'reason.offline': () => 'offline',
  'reason.away': () => 'away',
  'reason.wrapUp': () => 'in wrap-up',
  'reason.notResponding': () => 'not responding',
  'reason.channel': () => 'does not take this channel',
  'reason.skill': (phrase, names) =>
    has(phrase, 'skillId')
      ? `skill ${names('skill', id(phrase, 'skillId'))} ${phrase.params.has} < ${phrase.params.needs}`
      : 'skills do not suffice',
  'reason.delay': phrase =>
    has(phrase, 'delayMs') ? `gets it after ${ms(phrase, 'delayMs')} of waiting` : 'get it after more waiting',
  'reason.where': ({ params }) =>
    params.where === undefined ? 'do not meet the condition' : `not true: ${params.where}`,
  'reason.reserved': () => 'it waits for another',
  'reason.excluded': () => 'rejected or missed it before',
  'reason.offered': () => 'has another offer',
  'reason.full': () => 'full',
  'reason.kept': (phrase, names) =>
    has(phrase, 'keep') ? `kept free${keptFor(phrase, names)}: ${kept(phrase)}` : 'kept free for other work',
  'reason.notPreferred': () => 'not preferred',
  'reason.spared': () => 'spared for scarcer work',
  'reason.moreLoaded': phrase => (has(phrase, 'load') ? `more loaded (${percent(phrase)})` : 'more loaded'),
  'reason.lessIdle': phrase => (has(phrase, 'idleMs') ? `idle ${ms(phrase, 'idleMs')}` : 'idle less long'),
  'waiting.noQueue': (phrase, names) => `the queue ${names('queue', id(phrase, 'queueId'))} does not exist`,
  'waiting.nobodyHasQueue': (phrase, names) => `no one serves ${names('queue', id(phrase, 'queueId'))}`,
  'waiting.nobodySignedIn': (phrase, names) =>
    `no one who serves ${names('queue', id(phrase, 'queueId'))} is signed in`,
  'waiting.nobodyHasSkill': (phrase, names) => `no one with ${need(phrase, names)} is signed in`,
  'waiting.nobodyWhere': ({ params }) => `no one who is signed in meets: ${params.where}`,
  'waiting.overdue': phrase => `it has waited ${ms(phrase, 'overMs')} longer than allowed and goes first`,
  'waiting.reserved': (phrase, names) =>
    `it waits for ${names('agent', id(phrase, 'agentId'))} for another ${ms(phrase, 'forMs')}`,
  'waiting.relaxes': (phrase, names) =>
    `in ${ms(phrase, 'inMs')} it needs ${phrase.parts?.length ? parts(phrase, names) : 'no skill'}`,
  'waiting.helps': (phrase, names) =>
    `in ${ms(phrase, 'inMs')} agents of ${names('queue', id(phrase, 'queueId'))} help too`,
  'waiting.able': phrase =>
    `${phrase.params.count === 1 ? '1 agent' : `${phrase.params.count} agents`} can take it now`,
}

/** One phrase in English. */
function say(phrase: RoutingPhrase, names: Names): string {
  return english[phrase.code](phrase, names)
}
