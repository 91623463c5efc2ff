import type { InteractionRow } from '@centrala/store/interaction-store.ts'
import type { CallRow } from './taking.ts'

interface Context {
  callback?: unknown
  voicemail?: unknown
}

/** How an interaction ends with its call, by what had happened until then; null: it goes on without. */
export function outcomeOf(
  call: Pick<CallRow, 'direction' | 'connectedAt'>,
  interaction: InteractionRow,
): 'handled' | 'closed' | null {
  if (interaction.state === 'wrapUp' || interaction.state === 'ended') return null
  const { callback, voicemail } = interaction.context as Context
  // Whoever asked to be called back, or left a message, waits on without a call.
  if (interaction.state !== 'active') return callback || voicemail ? null : 'handled'
  if (call.direction === 'inbound' || call.connectedAt) return 'handled'
  // Nobody answered. A callback or voicemail stays with the agent, who may try again; a call of one's own is over.
  return interaction.direction === 'inbound' ? null : 'closed'
}
