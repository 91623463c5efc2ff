/** Slots of a new shard; a shard doubles when it is half full. */
const SMALLEST = 4
/** Shards of a large table. */
const SHARD_BITS = 8
const PAGE_BITS = 10
const PAGE = 1 << PAGE_BITS
/** Steps to find a place among ids that share their ends, after which ids are hashed whole. */
const TOO_FAR = 64
/** Every shard before its first id. */
const NOTHING = new Int32Array(2)

/**
 * Which number an id has, for millions of ids: slots of a hash and a number, side by side, so that asking costs one cache miss where a Map
 * costs several, and split into shards, so that growing never takes long. Numbers are above 0 and best given without gaps.
 */
export class IdTable {
  private readonly shards: Int32Array[]
  private readonly counts: Int32Array
  /** A hash without so many of its bits is the number of its shard. */
  private readonly besides: number
  /** By number, on pages. */
  private readonly ids: string[][] = []
  private whole = false

  /** A small table, for up to some thousands, has one shard. */
  constructor(small = false) {
    const bits = small ? 0 : SHARD_BITS
    this.shards = Array.from({ length: 1 << bits }, () => NOTHING)
    this.counts = new Int32Array(1 << bits)
    this.besides = 31 - bits
  }

  /** The id of a number that has one. */
  id(number: number): string {
    return this.ids[number >> PAGE_BITS]![number & (PAGE - 1)]!
  }

  /** The number of an id, or 0. */
  find(id: string): number {
    const hash = this.hash(id)
    const slots = this.shards[this.shardOf(hash)]!
    const mask = slots.length - 1
    for (let at = (hash << 1) & mask; ; at = (at + 2) & mask) {
      const number = slots[at + 1]!
      if (number === 0) return 0
      if (slots[at] === hash && this.id(number) === id) return number
    }
  }

  /** Gives a number to an id that has none. */
  add(id: string, number: number): void {
    while (number >> PAGE_BITS >= this.ids.length) this.ids.push(new Array<string>(PAGE).fill(''))
    this.ids[number >> PAGE_BITS]![number & (PAGE - 1)] = id
    this.enter(id, number)
  }

  private enter(id: string, number: number): void {
    const hash = this.hash(id)
    const shard = this.shardOf(hash)
    if (++this.counts[shard]! * 4 > this.shards[shard]!.length) this.grow(shard)
    if (put(this.shards[shard]!, hash, number) > TOO_FAR && !this.whole) this.hashWhole()
  }

  /** Forgets a number that has an id. */
  remove(number: number): void {
    const hash = this.hash(this.id(number))
    this.ids[number >> PAGE_BITS]![number & (PAGE - 1)] = ''
    const shard = this.shardOf(hash)
    const slots = this.shards[shard]!
    const mask = slots.length - 1
    this.counts[shard]!--
    let hole = (hash << 1) & mask
    while (slots[hole + 1] !== number) hole = (hole + 2) & mask
    // What stands behind moves up, unless it stands between its own place and the hole.
    for (let at = (hole + 2) & mask; slots[at + 1] !== 0; at = (at + 2) & mask) {
      const home = (slots[at]! << 1) & mask
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      slots[hole] = slots[at]!
      slots[hole + 1] = slots[at + 1]!
      hole = at
    }
    slots[hole + 1] = 0
  }

  private grow(shard: number): void {
    const before = this.shards[shard]!
    const slots = new Int32Array(before === NOTHING ? 2 * SMALLEST : before.length * 2)
    for (let at = 0; at < before.length; at += 2) if (before[at + 1] !== 0) put(slots, before[at]!, before[at + 1]!)
    this.shards[shard] = slots
  }

  /** Ids turned out to differ elsewhere than at their ends. */
  private hashWhole(): void {
    this.whole = true
    const before = this.shards.slice()
    this.shards.fill(NOTHING)
    this.counts.fill(0)
    for (const slots of before)
      for (let at = 1; at < slots.length; at += 2) if (slots[at] !== 0) this.enter(this.id(slots[at]!), slots[at]!)
  }

  private shardOf(hash: number): number {
    return (hash >>> 1) >>> this.besides
  }

  /** By the last eight characters, which are random in every UUID that is in use, and the length. */
  private hash(id: string): number {
    const { length } = id
    let first = length
    let second = 0
    if (length >= 8 && !this.whole) {
      first += pack(id, length - 8)
      second = pack(id, length - 4)
    } else
      for (let i = 0; i < length; i++) {
        first = Math.imul(first ^ id.charCodeAt(i), 0x01000193)
        second = (second << 5) ^ first
      }
    let hash = Math.imul(first, 0x9e3779b1 | 0) ^ Math.imul(second ^ (second >>> 15), 0x85ebca6b | 0)
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
    return hash ^ (hash >>> 15)
  }
}

function pack(id: string, at: number): number {
  return (
    id.charCodeAt(at) | (id.charCodeAt(at + 1) << 8) | (id.charCodeAt(at + 2) << 16) | (id.charCodeAt(at + 3) << 24)
  )
}

/** How many slots away from its own place it came to stand. */
function put(slots: Int32Array, hash: number, number: number): number {
  const mask = slots.length - 1
  let steps = 0
  let at = (hash << 1) & mask
  for (; slots[at + 1] !== 0; at = (at + 2) & mask) steps++
  slots[at] = hash
  slots[at + 1] = number
  return steps
}
