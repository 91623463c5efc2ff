import { defaultCountry } from '@centrala/core/customer/normalise.ts'
import { emergencyIn, emergencyNumbers } from '@centrala/core/dial/emergency.ts'
import type { Tx } from '@centrala/store/database.ts'

export interface Emergency {
  /** ISO 3166-1 alpha-2, where the company has said it or its language tells it. */
  country: string | null
  /** What the company added. */
  own: string[]
  /** All that can be dialled. */
  numbers: string[]
}

export async function emergencyOf(tx: Tx): Promise<Emergency> {
  const { settings, locale } = await tx.db
    .selectFrom('tenant')
    .select(['settings', 'locale'])
    .where('tenantId', '=', tx.tenantId)
    .executeTakeFirstOrThrow()
  const country = defaultCountry(settings, locale)
  const { emergencyNumbers: stored } = settings as { emergencyNumbers?: unknown }
  const own = Array.isArray(stored) ? stored.filter(number => typeof number === 'string') : []
  return { country: country ?? null, own, numbers: emergencyNumbers(country, own) }
}

/** The emergency number that is meant, or null. */
export async function emergencyMeant(tx: Tx, dialled: string): Promise<string | null> {
  // Hardly anything that is dialled is as short: the company need not be asked.
  if (dialled.replace(/\D/g, '').length > 6) return null
  return emergencyIn((await emergencyOf(tx)).numbers, dialled)
}
