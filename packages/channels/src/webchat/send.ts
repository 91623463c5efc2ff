import type { Outbound, SendResult } from '../channel.ts'

/**
 * A chat message needs no carrier: once stored it is in the visitor's chat, and goes over the live connection as soon as there is one.
 * What the widget could not show is refused here, before it is stored as sent.
 */
export async function send(message: Outbound): Promise<SendResult> {
  if (message.text.trim() === '' && message.files.length === 0) {
    return {
      ok: false,
      retryable: false,
      code: 'message.empty',
      detail: 'The message is empty. Write a text or attach a file.',
    }
  }
  return { ok: true, providerId: message.messageId, detail: null }
}
