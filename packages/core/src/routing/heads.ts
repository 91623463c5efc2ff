import type { Interactions } from './interactions.ts'
import { type Line, score } from './line.ts'
import type { Pool } from './signature.ts'
import type { Interaction } from './state.ts'

/**
 * Numbers a line: effective priority at `origin`, units gained a millisecond, `queuedAt` and arrival of its first, and when that one moves to
 * the next stage.
 */
const STRIDE = 5
const EMPTY = Number.NEGATIVE_INFINITY

/**
 * The first of every line, as a few numbers side by side. An agent who becomes free compares many lines; following references to
 * each would cost a cache miss a step, reading these costs one a line.
 */
export class Heads {
  /** Rows of lines with a first one that any agent may serve, unless excluded. */
  readonly opened: number[] = []
  private numbers = new Float64Array(STRIDE * 64)
  /** By row: the place in `opened`. */
  private places = new Int32Array(64)
  /** By row, from 1. */
  private readonly lines: (Line | null)[] = [null]
  private readonly unused: number[] = []
  /** Any instant near the events, so that the products stay exact. */
  private origin = 0
  private readonly interactions: Interactions

  constructor(interactions: Interactions) {
    this.interactions = interactions
  }

  /** Gives a line its row. */
  add(line: Line): void {
    line.row = this.unused.pop() ?? this.lines.length
    this.lines[line.row] = line
    if (this.lines.length * STRIDE > this.numbers.length) {
      const { numbers, places } = this
      this.numbers = new Float64Array(numbers.length * 2)
      this.numbers.set(numbers)
      this.places = new Int32Array(places.length * 2)
      this.places.set(places)
    }
    this.numbers[line.row * STRIDE] = EMPTY
    this.setDueAt(line.row, Number.POSITIVE_INFINITY)
  }

  remove(line: Line): void {
    this.lines[line.row] = null
    this.setDueAt(line.row, Number.POSITIVE_INFINITY)
    this.unused.push(line.row)
  }

  line(row: number): Line {
    return this.lines[row]!
  }

  /** The line is not empty any more. */
  open({ row }: Line): void {
    this.places[row] = this.opened.push(row) - 1
  }

  /** The line is empty now. */
  close({ row }: Line): void {
    const last = this.opened.pop()!
    if (last === row) return
    this.opened[this.places[row]!] = last
    this.places[last] = this.places[row]!
  }

  /** When the first of a line moves to the next stage, as far as scheduled. */
  dueAt(row: number): number {
    return this.numbers[row * STRIDE + 4]!
  }

  setDueAt(row: number, at: number): void {
    this.numbers[row * STRIDE + 4] = at
  }

  isEmpty(row: number): boolean {
    return this.numbers[row * STRIDE] === EMPTY
  }

  /** Notes that `first` now stands first in the line, or nobody. */
  set(line: Line, first: Interaction | undefined): void {
    const { numbers } = this
    const at = line.row * STRIDE
    if (!first) {
      numbers[at] = EMPTY
      return
    }
    const queuedAt = this.interactions.queuedAt(first)
    if (this.origin === 0) this.origin = queuedAt
    numbers[at] = score(line, queuedAt, this.origin)
    numbers[at + 1] = line.stage.slope
    numbers[at + 2] = queuedAt
    numbers[at + 3] = this.interactions.seq(first)
  }

  /** The row on a menu whose first goes before all others, among the channels that fit; 0 where all are empty. */
  best({ rows, ranks, ranked, channels }: Menu, { ready: anything, fits }: Pool, now: number): number {
    const { numbers } = this
    const since = now - this.origin
    let best = 0
    let rank = 0
    let points = 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const at = row * STRIDE
      if (numbers[at] === EMPTY || !(anything || fits[channels[i]!])) continue
      const itsRank = ranked ? ranks[i]! : 0
      const its = numbers[at]! + numbers[at + 1]! * since
      if (best !== 0) {
        if (itsRank < rank) continue
        if (itsRank === rank && (its < points || (its === points && !this.cameBefore(row, best)))) continue
      }
      best = row
      rank = itsRank
      points = its
    }
    return best
  }

  /** Whether the first of the line in row `a` goes before that in row `b`, neither being empty. */
  before(a: number, b: number, now: number): boolean {
    const { numbers } = this
    const i = a * STRIDE
    const j = b * STRIDE
    const since = now - this.origin
    const difference = numbers[i]! + numbers[i + 1]! * since - (numbers[j]! + numbers[j + 1]! * since)
    if (difference !== 0) return difference > 0
    return this.cameBefore(a, b)
  }

  private cameBefore(a: number, b: number): boolean {
    const { numbers } = this
    const earlier = numbers[a * STRIDE + 2]! - numbers[b * STRIDE + 2]!
    return earlier !== 0 ? earlier < 0 : numbers[a * STRIDE + 3]! < numbers[b * STRIDE + 3]!
  }
}

/** The lines that agents of a signature may serve, for choosing quickly: rows with their rank in the profile and their channel. */
export class Menu {
  readonly rows: number[] = []
  readonly ranks: number[] = []
  /** Whether the ranks differ. */
  ranked = false
  readonly channels: number[] = []
  /** Lines with exclusions, listed only while they are not empty, and lines that a reserve may keep from the signature: few, asked one by one. */
  readonly special: { line: Line; rank: number }[] = []

  add(line: Line, rank: number): void {
    if (this.ranks.length > 0 && this.ranks[0] !== rank) this.ranked = true
    this.rows.push(line.row)
    this.ranks.push(rank)
    this.channels.push(line.channel)
  }

  /** Drops every row that does not pass. */
  keep(passes: (row: number) => boolean): void {
    let kept = 0
    for (let i = 0; i < this.rows.length; i++) {
      if (!passes(this.rows[i]!)) continue
      this.rows[kept] = this.rows[i]!
      this.ranks[kept] = this.ranks[i]!
      this.channels[kept] = this.channels[i]!
      kept++
    }
    const special = this.special.filter(({ line }) => passes(line.row))
    this.special.splice(0, this.special.length, ...special)
    this.rows.length = kept
    this.ranks.length = kept
    this.channels.length = kept
  }
}
