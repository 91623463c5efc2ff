import type { Offer } from './state.ts'

interface LeaseList {
  first: Offer | null
  last: Offer | null
}

/** Outstanding offers by the end of their lease. Time only moves on, so leases of one length end in the order they were taken. */
export class Leases {
  size = 0
  private readonly lists = new Map<number, LeaseList>()
  private seq = 0

  take(offer: Offer, now: number, lengthMs: number): void {
    offer.lengthMs = lengthMs
    offer.dueAt = now + lengthMs
    offer.seq = this.seq++
    let list = this.lists.get(lengthMs)
    if (!list) {
      list = { first: null, last: null }
      this.lists.set(lengthMs, list)
    }
    offer.previous = list.last
    offer.next = null
    if (list.last) list.last.next = offer
    else list.first = offer
    list.last = offer
    this.size++
  }

  end(offer: Offer): void {
    const list = this.lists.get(offer.lengthMs)!
    if (offer.previous) offer.previous.next = offer.next
    else list.first = offer.next
    if (offer.next) offer.next.previous = offer.previous
    else list.last = offer.previous
    this.size--
  }

  /** The lease that ends first. */
  first(): Offer | null {
    let best: Offer | null = null
    for (const { first } of this.lists.values())
      if (first && (!best || first.dueAt < best.dueAt || (first.dueAt === best.dueAt && first.seq < best.seq)))
        best = first
    return best
  }
}
