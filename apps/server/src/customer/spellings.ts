import { normalisePhone } from '@centrala/core/customer/normalise.ts'
import type { Tx } from '@centrala/store/database.ts'
import { countryOf } from './find-or-create-customer.ts'

/** The ways in which what somebody searches for may be stored: as typed, and a phone number without spaces, or as it is dialled from abroad. */
export async function spellingsOf(tx: Tx, query: string): Promise<string[]> {
  const typed = query.trim()
  if (!/^[+\d][\d ()./-]{3,}$/.test(typed)) return [typed]
  const digits = typed.replace(/\D/g, '').replace(/^0+/, '')
  const full = normalisePhone(typed, await countryOf(tx))
  return [...new Set([typed, digits, full ?? digits])]
}
