import { CHANNELS } from '../channel/channel.ts'
import type { Line } from './line.ts'
import type { Pool } from './signature.ts'

/** Numbers of a line, side by side: two cache lines at most. */
const STRIDE = 8
/** Of its first: effective priority at `origin`, units gained a millisecond, `queuedAt` and arrival, and when it moves to the next stage. */
const SCORE = 0
const SLOPE = 1
const QUEUED_AT = 2
const SEQ = 3
const DUE_AT = 4
/** Of all in it: how long they may have waited, their own points, and what their effective priority begins with. */
const END_MS = 5
const POINTS = 6
const BASE = 7
const EMPTY = Number.NEGATIVE_INFINITY
const NEVER = Number.POSITIVE_INFINITY

/**
 * Every line and its first, as a few numbers side by side. An agent who becomes free compares many lines; following references to
 * each would cost a cache miss a step, reading these costs one a line.
 */
export class Heads {
  /** Rows of lines with a first one that any agent may serve, unless excluded. */
  readonly opened: number[] = []
  private numbers = new Float64Array(STRIDE * 64)
  /** By row: the place in `opened`; the row of the same work in the next stage, once some has moved there, or 0. */
  private places = new Int32Array(64)
  private followers = new Int32Array(64)
  /** By queue and channel. */
  private readonly doors: number[] = []
  /** By row, from 1. */
  private readonly lines: (Line | null)[] = [null]
  private readonly unused: number[] = []
  /** Any instant near the events, so that the products stay exact. */
  private origin = 0

  constructor() {
    this.setEmpty(0)
  }

  /** Gives a line its row. */
  add(line: Line): void {
    line.row = this.unused.pop() ?? this.lines.length
    this.lines[line.row] = line
    if (this.lines.length * STRIDE > this.numbers.length) this.grow()
    this.followers[line.row] = 0
    this.numbers[line.row * STRIDE + POINTS] = line.priority
    this.setDueAt(line.row, NEVER)
    this.setEmpty(line.row)
    this.setOrder(line)
  }

  remove(line: Line): void {
    const { row } = line
    if (this.door(line.queue.number, line.channel) === row) this.setDoor(line.queue.number, line.channel, 0)
    this.lines[row] = null
    this.setDueAt(row, NEVER)
    this.unused.push(row)
    line.row = 0
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

  /** The row in which work without wishes that came to this queue last began to wait, or 0. */
  door(queue: number, channel: number): number {
    return this.doors[queue * CHANNELS.length + channel] ?? 0
  }

  setDoor(queue: number, channel: number, row: number): void {
    const at = queue * CHANNELS.length + channel
    while (this.doors.length <= at) this.doors.push(0)
    this.doors[at] = row
  }

  /** The row in which work of this row without wishes goes on to wait, or 0 where none has so far. */
  follower(row: number): number {
    return this.followers[row]!
  }

  setFollower(row: number, next: number): void {
    this.followers[row] = next
  }

  /** When the first of a line moves to the next stage, as far as scheduled. */
  dueAt(row: number): number {
    return this.numbers[row * STRIDE + DUE_AT]!
  }

  setDueAt(row: number, at: number): void {
    this.numbers[row * STRIDE + DUE_AT] = at
  }

  /** How long one may have waited who stands in the line. */
  endMs(row: number): number {
    return this.numbers[row * STRIDE + END_MS]!
  }

  /** The own points of those who stand in the line. */
  points(row: number): number {
    return this.numbers[row * STRIDE + POINTS]!
  }

  /** Of the first; infinite where the line is empty. */
  queuedAt(row: number): number {
    return this.numbers[row * STRIDE + QUEUED_AT]!
  }

  seq(row: number): number {
    return this.numbers[row * STRIDE + SEQ]!
  }

  isEmpty(row: number): boolean {
    return this.numbers[row * STRIDE] === EMPTY
  }

  /** Notes who now stands first in the line. */
  set(row: number, queuedAt: number, seq: number): void {
    const { numbers } = this
    const at = row * STRIDE
    if (this.origin === 0) this.origin = queuedAt
    numbers[at + SCORE] = numbers[at + BASE]! + numbers[at + SLOPE]! * (this.origin - queuedAt)
    numbers[at + QUEUED_AT] = queuedAt
    numbers[at + SEQ] = seq
  }

  setEmpty(row: number): void {
    this.numbers[row * STRIDE + SCORE] = EMPTY
    this.numbers[row * STRIDE + QUEUED_AT] = NEVER
  }

  /** Notes what orders the line, anew whenever its stage's order has changed. */
  setOrder({ row, stage, pointUnits }: Line): void {
    const { numbers } = this
    const at = row * STRIDE
    numbers[at + END_MS] = stage.endMs
    numbers[at + BASE] = pointUnits + stage.base
    numbers[at + SLOPE] = stage.slope
    if (!this.isEmpty(row)) this.set(row, this.queuedAt(row), this.seq(row))
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
    const earlier = this.queuedAt(a) - this.queuedAt(b)
    return earlier !== 0 ? earlier < 0 : this.seq(a) < this.seq(b)
  }

  private grow(): void {
    const { numbers, places, followers } = this
    this.numbers = new Float64Array(numbers.length * 2)
    this.numbers.set(numbers)
    this.places = new Int32Array(places.length * 2)
    this.places.set(places)
    this.followers = new Int32Array(followers.length * 2)
    this.followers.set(followers)
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
