import { expect, test } from 'vitest'
import { codeChoices } from './configuration.ts'

const code = (id: string, parentId: string | null, position: number, archivedAt: string | null = null) => ({
  id,
  parentId,
  name: id.toUpperCase(),
  position,
  archivedAt,
})
const tree = [
  code('delivery', null, 2),
  code('late', 'delivery', 1),
  code('broken', 'delivery', 0),
  code('billing', null, 1),
  code('old', null, 0, '2026-01-01T00:00:00Z'),
]

test('one chooses among leaves, in the order of the tree, named by their path', () => {
  expect(codeChoices(tree).map(choice => choice.path)).toEqual(['BILLING', 'DELIVERY › BROKEN', 'DELIVERY › LATE'])
})
test('a queue’s own codes are offered with all below them', () => {
  expect(codeChoices(tree, ['delivery']).map(choice => choice.id)).toEqual(['broken', 'late'])
})
