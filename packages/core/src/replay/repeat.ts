import type { Decision } from '../routing/decision.ts'
import { createRouter, type Router } from '../routing/router.ts'
import type { Turn, TurnDecision } from './turn.ts'

/** Names of agents and queues, for words. */
export type NameOf = (id: string) => string

/** What repeating a stretch of the journal showed. */
export interface Repeated {
  turns: number
  /** Decisions that were made again. */
  decisions: number
  same: boolean
  /** The first difference, in words. */
  difference: string | null
}

/** Makes decisions of the journal again, turn by turn, and says whether they are the same. */
export class Repeater {
  private router: Router | null = null
  private readonly nameOf: NameOf
  readonly result: Repeated = { turns: 0, decisions: 0, same: true, difference: null }

  constructor(nameOf: NameOf = id => id) {
    this.nameOf = nameOf
  }

  /** Turns in order, each once. Those before the first start are passed over: what the router knew then is not known. */
  take(turn: Turn): void {
    if (turn.start) this.router = createRouter()
    if (!this.router) return
    const made = this.router.applyAll(turn.told)
    const { result } = this
    result.turns++
    result.decisions += turn.decisions.length
    if (!result.same) return
    for (let i = 0; i < Math.max(made.length, turn.decisions.length); i++) {
      const was = turn.decisions[i]
      const is = made[i]
      if (was && is && equal(was, is)) continue
      result.same = false
      result.difference = `On ${turn.at.toISOString()} (turn ${turn.seq}) the router ${this.say(was)}. Told the same, it now ${this.say(is)}.`
      return
    }
  }

  private say(decision: TurnDecision | Decision | undefined): string {
    if (!decision) return 'decides nothing'
    const { nameOf } = this
    if (decision.type === 'expireOffer')
      return `ends the offer of ${decision.interactionId} to ${nameOf(decision.agentId)}`
    return `offers ${decision.interactionId} of “${nameOf(decision.queueId)}” to ${nameOf(decision.agentId)} until ${new Date(decision.expiresAt).toISOString()}`
  }
}

function equal(was: TurnDecision, is: Decision): boolean {
  if (was.interactionId !== is.interactionId || was.agentId !== is.agentId || was.at !== is.at) return false
  if (was.type === 'expireOffer' || is.type === 'expireOffer') return was.type === is.type
  return was.queueId === is.queueId && was.expiresAt === is.expiresAt
}
