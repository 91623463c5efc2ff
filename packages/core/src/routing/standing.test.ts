import { describe, expect, it } from 'vitest'
import { Interactions } from './interactions.ts'
import { seededDraw } from './random-events.ts'
import { Standing } from './standing.ts'
import type { Interaction } from './state.ts'

describe('those who stand in lines', () => {
  it('are in the order in which they came, wherever one joins, leaves or comes back', () => {
    const draw = seededDraw(1)
    const interactions = new Interactions()
    const standing = new Standing(interactions)
    const lines = new Map<number, Interaction[]>([1, 2].map(row => [row, []]))
    for (const row of lines.keys()) standing.begin(row)
    let seq = 0
    for (let step = 0; step < 8_000; step++) {
      const row = 1 + draw(2)
      const line = lines.get(row)!
      // First it mostly grows to many chunks, then it mostly shrinks to none.
      if (draw(100) < (step < 4_000 ? 70 : 30) || line.length === 0) {
        const interaction = interactions.create(`${step}`)
        interactions.setPlace(interaction, 1, 0, draw(4) === 0 ? draw(step + 1) : step, seq++)
        standing.add(row, interaction, interactions.queuedAt(interaction), interactions.seq(interaction))
        const before = line.findIndex(other => interactions.cameBefore(interaction, other))
        line.splice(before < 0 ? line.length : before, 0, interaction)
      } else {
        const [gone] = line.splice(draw(2) === 0 ? 0 : draw(line.length), 1)
        standing.take(row, gone!)
        interactions.forget(gone!)
      }
      expect([standing.size(row), standing.first(row)]).toEqual([line.length, line[0] ?? 0])
      if (step % 100 !== 0 || line.length === 0) continue
      expect(standing.all(row)).toEqual(line)
      const place = draw(line.length)
      expect(standing.countWhile(row, other => interactions.cameBefore(other, line[place]!))).toBe(place)
    }
  })

  it('must be there to be taken out', () => {
    const interactions = new Interactions()
    const standing = new Standing(interactions)
    standing.begin(1)
    const [first, second, other] = ['a', 'b', 'c'].map((id, seq) => {
      const interaction = interactions.create(id)
      interactions.setPlace(interaction, 1, 0, 0, seq)
      return interaction
    })
    standing.add(1, first!, 0, 0)
    standing.add(1, second!, 0, 1)
    expect(() => standing.take(1, other!)).toThrow('does not stand in the line')
  })
})
