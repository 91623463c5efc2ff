import { IdTable } from './id-table.ts'
import type { Interaction, Wishes } from './state.ts'

const PAGE_BITS = 10
const PAGE = 1 << PAGE_BITS
const LAST = PAGE - 1
/** A record: three doubles and six integers. */
const DOUBLES = 6
const INTEGERS = 12
const QUEUED_AT = 0
const PRIORITY = 1
const SEQ = 2
const QUEUE = 6
const ROW = 7
const OFFERED_TO = 8
const HOLD = 9
const CHANNEL = 10
const WISHFUL = 11

/**
 * All interactions, in flat records on pages: what is said of one lies side by side, millions of them are nothing to the garbage collector, and
 * more of them cost a page, not a copy.
 */
export class Interactions {
  /** By page, once one there has any. */
  private readonly wants: ((Wishes | null)[] | null)[] = []
  private readonly doubles: Float64Array[] = []
  private readonly integers: Int32Array[] = []
  private readonly table = new IdTable()
  /** Numbers given so far, and those to give again. */
  private last = 0
  private readonly unused: Interaction[] = []

  /** The interaction of an id, or NONE. */
  find(id: string): Interaction {
    return this.table.find(id)
  }

  /** A record for an id that has none, with nothing in it. */
  create(id: string): Interaction {
    const interaction = this.unused.length > 0 ? this.unused.pop()! : ++this.last
    if (interaction >> PAGE_BITS === this.integers.length) this.addPage()
    this.table.add(id, interaction)
    return interaction
  }

  /** It must not wait, be offered or be held. */
  forget(interaction: Interaction): void {
    const page = interaction >> PAGE_BITS
    const at = interaction & LAST
    this.table.remove(interaction)
    if (this.integers[page]![at * INTEGERS + WISHFUL] !== 0) this.wants[page]![at] = null
    const integers = this.integers[page]!
    for (let i = at * INTEGERS; i < (at + 1) * INTEGERS; i++) integers[i] = 0
    this.unused.push(interaction)
  }

  id(interaction: Interaction): string {
    return this.table.id(interaction)
  }

  /** Where it stands in line (epoch ms), its own points, and the order of its arrival. */
  queuedAt(interaction: Interaction): number {
    return this.doubles[interaction >> PAGE_BITS]![(interaction & LAST) * DOUBLES + QUEUED_AT]!
  }

  priority(interaction: Interaction): number {
    return this.doubles[interaction >> PAGE_BITS]![(interaction & LAST) * DOUBLES + PRIORITY]!
  }

  seq(interaction: Interaction): number {
    return this.doubles[interaction >> PAGE_BITS]![(interaction & LAST) * DOUBLES + SEQ]!
  }

  setPlace(interaction: Interaction, queue: number, channel: number, queuedAt: number, seq: number): void {
    const integers = this.integers[interaction >> PAGE_BITS]!
    const doubles = this.doubles[interaction >> PAGE_BITS]!
    const at = interaction & LAST
    integers[at * INTEGERS + QUEUE] = queue
    integers[at * INTEGERS + CHANNEL] = channel
    doubles[at * DOUBLES + QUEUED_AT] = queuedAt
    doubles[at * DOUBLES + SEQ] = seq
  }

  setPriority(interaction: Interaction, points: number): void {
    this.doubles[interaction >> PAGE_BITS]![(interaction & LAST) * DOUBLES + PRIORITY] = points
  }

  /** The number of its queue. */
  queue(interaction: Interaction): number {
    return this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + QUEUE]!
  }

  channel(interaction: Interaction): number {
    return this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + CHANNEL]!
  }

  /** The row of the line in which it waits, or 0. */
  row(interaction: Interaction): number {
    return this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + ROW]!
  }

  setRow(interaction: Interaction, row: number): void {
    this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + ROW] = row
  }

  /** The number of the agent to whom it is offered, or 0. */
  offeredTo(interaction: Interaction): number {
    return this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + OFFERED_TO]!
  }

  setOfferedTo(interaction: Interaction, agent: number): void {
    this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + OFFERED_TO] = agent
  }

  /** The first of its holds, or 0. */
  hold(interaction: Interaction): number {
    return this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + HOLD]!
  }

  setHold(interaction: Interaction, hold: number): void {
    this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + HOLD] = hold
  }

  isWishful(interaction: Interaction): boolean {
    return this.integers[interaction >> PAGE_BITS]![(interaction & LAST) * INTEGERS + WISHFUL] !== 0
  }

  wishes(interaction: Interaction): Wishes | null {
    if (!this.isWishful(interaction)) return null
    return this.wants[interaction >> PAGE_BITS]![interaction & LAST]!
  }

  setWishes(interaction: Interaction, wishes: Wishes | null): void {
    const flag = (interaction & LAST) * INTEGERS + WISHFUL
    const integers = this.integers[interaction >> PAGE_BITS]!
    if (integers[flag] === 0 && wishes === null) return
    integers[flag] = wishes === null ? 0 : 1
    const page = interaction >> PAGE_BITS
    this.wants[page] ??= new Array<Wishes | null>(PAGE).fill(null)
    this.wants[page][interaction & LAST] = wishes
  }

  /** Whether it came before another that has waited in the same line. */
  cameBefore = (a: Interaction, b: Interaction): boolean => {
    const earlier = this.queuedAt(a) - this.queuedAt(b)
    return earlier !== 0 ? earlier < 0 : this.seq(a) < this.seq(b)
  }

  private addPage(): void {
    const buffer = new ArrayBuffer(PAGE * INTEGERS * 4)
    this.doubles.push(new Float64Array(buffer))
    this.integers.push(new Int32Array(buffer))
    this.wants.push(null)
  }
}
