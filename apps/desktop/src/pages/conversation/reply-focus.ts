/** Whoever accepts an offer wants to write next: the reply box that opens takes the keyboard. Not on touch, where it would cover half the screen. */
let wanted: string | null = null

export function askReplyFocus(conversationId: string): void {
  wanted = matchMedia('(pointer: fine)').matches ? conversationId : null
}

/** True once, for the conversation that was asked for. */
export function takeReplyFocus(conversationId: string): boolean {
  const mine = wanted === conversationId
  if (mine) wanted = null
  return mine
}
