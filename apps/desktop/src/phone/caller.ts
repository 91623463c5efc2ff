import type { Interaction } from '@centrala/api/interaction.ts'
import { z } from 'zod'
import { prettyNumber } from './number.ts'

const OfCall = z.object({ call: z.object({ from: z.string().nullable(), to: z.string() }) })

/** Who an interaction is with, as one may say it: the customer's name, else the number they call from or are called at; null where neither is known. */
export function callerName(interaction: Pick<Interaction, 'customerName' | 'direction' | 'context'>): string | null {
  if (interaction.customerName) return interaction.customerName
  const call = OfCall.safeParse(interaction.context).data?.call
  const number = call && (interaction.direction === 'inbound' ? call.from : call.to)
  return number ? prettyNumber(number) : null
}
