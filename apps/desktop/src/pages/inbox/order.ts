import type { Interaction } from '@centrala/api/interaction.ts'

export interface MyWork {
  /** Offered to me, the one that runs out first on top. */
  offers: Interaction[]
  /** Talking; whoever has waited longest for me on top, those who do not wait below by age. */
  active: Interaction[]
  /** To be wrapped up, the one due first on top. */
  wrapUp: Interaction[]
}

const by =
  (...fields: ((interaction: Interaction) => string | null)[]) =>
  (a: Interaction, b: Interaction) => {
    for (const field of fields) {
      const [left, right] = [field(a), field(b)]
      if (left === right) continue
      if (left === null || right === null) return left === null ? 1 : -1
      return left < right ? -1 : 1
    }
    return a.id < b.id ? -1 : 1
  }

/** The order in which my work asks for me. */
export function orderWork(items: readonly Interaction[]): MyWork {
  const state = (wanted: Interaction['state']) => items.filter(item => item.state === wanted)
  return {
    offers: state('offered').sort(by(item => item.offerExpiresAt)),
    active: state('active').sort(
      by(
        item => item.customerWaitsSince,
        item => item.answeredAt,
      ),
    ),
    wrapUp: state('wrapUp').sort(
      by(
        item => item.wrapUpDueAt,
        item => item.endedAt,
      ),
    ),
  }
}
