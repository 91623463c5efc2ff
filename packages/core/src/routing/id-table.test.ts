import { describe, expect, it } from 'vitest'
import { IdTable } from './id-table.ts'
import { seededDraw } from './random-events.ts'

/** Ids of several makes: of the server, short ones, and ones that share their ends, one of them a whole family. */
const makes: [string, (n: number) => string][] = [
  ['UUIDs', () => crypto.randomUUID()],
  ['short ids', n => `c${n}`],
  ['ids that differ only at the start', n => `${n}-and-then-always-the-same-end`],
  ['ids of other letters', n => `разговор ${n}`],
]

describe('a table of ids', () => {
  it.each(makes)('finds %s among others that came and went, and nothing else', (_, make) => {
    const draw = seededDraw(3)
    const table = new IdTable()
    const known = new Map<string, number>()
    const unused: number[] = []
    for (let n = 1; n <= 3_000; n++) {
      const id = make(n)
      const number = unused.pop() ?? known.size + 1
      expect(table.find(id)).toBe(0)
      table.add(id, number)
      known.set(id, number)
      if (draw(3) > 0) continue
      const [gone, its] = [...known.entries()][draw(Math.min(known.size, 50))]!
      table.remove(its)
      known.delete(gone)
      unused.push(its)
      expect(table.find(gone)).toBe(0)
    }
    for (const [id, number] of known) {
      // Another object of the same letters, as ids come from the wire.
      expect(table.find(Buffer.from(id).toString())).toBe(number)
      expect(table.id(number)).toBe(id)
    }
    expect(known.size).toBeGreaterThan(1_500)
  })
})
