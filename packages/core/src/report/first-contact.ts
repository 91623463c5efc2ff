/** How long a customer must stay away for the contact to count as resolved, and how far back a contact is a repeat. */
export const FIRST_CONTACT_MS = 7 * 86_400_000

/** A contact of one customer, on any channel. Times are epoch ms. */
export interface CustomerContact {
  id: string
  direction: 'inbound' | 'outbound'
  createdAt: number
  /** When the talk ended; null while it has not. */
  endedAt: number | null
  outcome: string | null
}

const HANDLED = new Set(['handled', 'moved'])

/**
 * Was this a first contact, and did it settle the matter? A first contact is inbound, was handled by an agent (or moved by one to another
 * channel), and no other handled contact of the customer ended in the 7 days before it began. It is resolved when the customer does not come
 * again on any channel within 7 days of its end; one that was moved to another channel needed a second contact.
 * @returns null when the contact is not one that counts
 */
export function judgeContact(
  contact: CustomerContact,
  others: readonly CustomerContact[],
): { resolved: boolean } | null {
  const { endedAt } = contact
  if (contact.direction !== 'inbound' || endedAt === null || !HANDLED.has(contact.outcome ?? '')) return null
  const repeat = others.some(
    other =>
      other.id !== contact.id &&
      other.endedAt !== null &&
      HANDLED.has(other.outcome ?? '') &&
      other.endedAt <= contact.createdAt &&
      other.endedAt > contact.createdAt - FIRST_CONTACT_MS,
  )
  if (repeat) return null
  const again = others.some(
    other =>
      other.id !== contact.id &&
      other.direction === 'inbound' &&
      other.createdAt > contact.createdAt &&
      other.createdAt < endedAt + FIRST_CONTACT_MS,
  )
  return { resolved: !again && contact.outcome !== 'moved' }
}
