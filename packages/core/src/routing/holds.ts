import type { Interaction } from './state.ts'

/** An agent has an interaction in hand: the number of a record, from 1; 0 is none. */
export type Hold = number

const STRIDE = 8
const AGENT = 0
const INTERACTION = 1
const CHANNEL = 2
const NEXT_OF_AGENT = 3
const NEXT_OF_INTERACTION = 4

/** Who holds what, in flat records. Each stands in two lists: of its agent's and of its interaction's holds. */
export class Holds {
  private records = new Int32Array(STRIDE * 64)
  private last = 0
  private readonly unused: Hold[] = []

  create(agent: number, interaction: Interaction, channel: number, nextOfAgent: Hold, nextOfInteraction: Hold): Hold {
    const hold = this.unused.length > 0 ? this.unused.pop()! : ++this.last
    const at = hold * STRIDE
    if (at === this.records.length) {
      const records = new Int32Array(this.records.length * 2)
      records.set(this.records)
      this.records = records
    }
    const { records } = this
    records[at + AGENT] = agent
    records[at + INTERACTION] = interaction
    records[at + CHANNEL] = channel
    records[at + NEXT_OF_AGENT] = nextOfAgent
    records[at + NEXT_OF_INTERACTION] = nextOfInteraction
    return hold
  }

  forget(hold: Hold): void {
    this.unused.push(hold)
  }

  agent(hold: Hold): number {
    return this.records[hold * STRIDE + AGENT]!
  }

  interaction(hold: Hold): Interaction {
    return this.records[hold * STRIDE + INTERACTION]!
  }

  channel(hold: Hold): number {
    return this.records[hold * STRIDE + CHANNEL]!
  }

  nextOfAgent(hold: Hold): Hold {
    return this.records[hold * STRIDE + NEXT_OF_AGENT]!
  }

  nextOfInteraction(hold: Hold): Hold {
    return this.records[hold * STRIDE + NEXT_OF_INTERACTION]!
  }

  /** The list of an agent that begins with `first`, without `hold`: its new first. */
  withoutOfAgent(first: Hold, hold: Hold): Hold {
    return this.without(first, hold, NEXT_OF_AGENT)
  }

  withoutOfInteraction(first: Hold, hold: Hold): Hold {
    return this.without(first, hold, NEXT_OF_INTERACTION)
  }

  private without(first: Hold, hold: Hold, next: number): Hold {
    const { records } = this
    const after = records[hold * STRIDE + next]!
    if (first === hold) return after
    let before = first
    while (records[before * STRIDE + next] !== hold) before = records[before * STRIDE + next]!
    records[before * STRIDE + next] = after
    return first
  }
}
