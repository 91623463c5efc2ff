import type { Command } from '@centrala/core/interaction/interaction.ts'
import type { Tx } from '@centrala/store/database.ts'
import {
  type ChangeOptions,
  changeInteraction,
  type InteractionRow,
  lockInteraction,
} from '@centrala/store/interaction-store.ts'
import { takeUpNextPresence } from '../presence/set-presence.ts'
import { found, Refusal } from '../refusal.ts'

/** Carries out a command for the API: a refusal of the state machine becomes 409. Whoever thereby lets go of their last work goes where they had chosen to go. */
export async function commandInteraction(
  tx: Tx,
  id: string,
  command: Command,
  options: ChangeOptions = {},
): Promise<InteractionRow> {
  const before = options.row ?? found(await lockInteraction(tx, id), 'interaction')
  const changed = await changeInteraction(tx, id, command, { ...options, row: before })
  if (!changed.ok) throw new Refusal(409, changed.code, changed.detail)
  const { interaction } = changed
  const letGo = before.agentId !== null && (interaction.agentId !== before.agentId || interaction.state === 'ended')
  if (letGo && before.state !== 'offered') await takeUpNextPresence(tx, before.agentId)
  return interaction
}
