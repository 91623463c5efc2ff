/**
 * What of a text field's new content has to be sent, when `sent` is what went out before: letters that were added, and a backspace for each that
 * was taken back.
 */
export function lettersToSend(sent: string, now: string): string {
  let same = 0
  while (same < sent.length && same < now.length && sent[same] === now[same]) same++
  return '\b'.repeat(sent.length - same) + now.slice(same)
}
