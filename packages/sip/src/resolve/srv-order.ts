import type { SrvAnswer } from './dns.ts'

/**
 * SRV records in the order to try them: by priority, within one at random by weight (RFC 2782).
 * `random` gives 0 ≤ x < 1.
 */
export function orderSrv(records: readonly SrvAnswer[], random: () => number): SrvAnswer[] {
  const ordered: SrvAnswer[] = []
  const priorities = [...new Set(records.map(record => record.priority))].sort((a, b) => a - b)
  for (const priority of priorities) {
    // Weight 0 first, so that it is hardly ever chosen while others have weight.
    const left = records.filter(record => record.priority === priority).sort((a, b) => a.weight - b.weight)
    while (left.length > 0) {
      const total = left.reduce((sum, record) => sum + record.weight, 0)
      let mark = Math.floor(random() * (total + 1))
      let index = 0
      while (index < left.length - 1 && mark > (left[index]?.weight ?? 0)) {
        mark -= left[index]?.weight ?? 0
        index++
      }
      ordered.push(...left.splice(index, 1))
    }
  }
  return ordered
}
