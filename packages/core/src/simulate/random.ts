/** A stream of random numbers. The same seed and names give the same numbers, whatever other streams were asked for. */
export interface Random {
  /** Uniform in (0, 1), 53 bits; never 0, so that its logarithm is finite. */
  next(): number
  /** A whole number from 0 to below `bound` (at most 2³²). */
  below(bound: number): number
  /** A stream of its own, by name: taking from one changes nothing in another. */
  split(name: string | number): Random
}

/**
 * Xoshiro128++ (Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators, 2021), seeded and split by SplitMix's finaliser (Steele, Lea and Flood,
 * Fast Splittable Pseudorandom Number Generators, 2014).
 */
export function seededRandom(seed: number | string): Random {
  return new Xoshiro(hash(String(seed), 0x9e3779b9, 0x85ebca6b))
}

type Key = readonly [number, number]

class Xoshiro implements Random {
  private readonly key: Key
  private a: number
  private b: number
  private c: number
  private d: number

  constructor(key: Key) {
    this.key = key
    this.a = mix(key[0])
    this.b = mix(key[1] ^ 0x6a09e667)
    this.c = mix(key[0] ^ Math.imul(key[1], 0x9e3779b1))
    // All four zero would stay so for ever.
    this.d = mix(key[1] ^ this.a) | 1
    for (let i = 0; i < 8; i++) this.word()
  }

  next(): number {
    const high = this.word() >>> 6
    const low = this.word() >>> 5
    return (high * 134_217_728 + low + 0.5) / 9_007_199_254_740_992
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  split(name: string | number): Random {
    return new Xoshiro(hash(String(name), this.key[0], this.key[1]))
  }

  private word(): number {
    const { a, b, d } = this
    const sum = (a + d) | 0
    const result = (((sum << 7) | (sum >>> 25)) + a) | 0
    const c = this.c ^ a
    const newD = d ^ b
    this.b = b ^ c
    this.a = a ^ newD
    this.c = c ^ (b << 9)
    this.d = (newD << 11) | (newD >>> 21)
    return result >>> 0
  }
}

/** Murmur3's finaliser, as SplitMix uses it: every bit of the input changes half of the output. */
function mix(value: number): number {
  let z = (value + 0x9e3779b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
  return z ^ (z >>> 16)
}

function hash(text: string, high: number, low: number): Key {
  let a = mix(high)
  let b = mix(low ^ text.length)
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = mix(b ^ a)
  }
  return [mix(a ^ b), mix(b)]
}
