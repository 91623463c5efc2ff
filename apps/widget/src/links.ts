/** A piece of a message: plain text, or a link to be opened. */
export interface Piece {
  text: string
  href?: string
}

const LINK = /\bhttps?:\/\/[^\s<>"']+|\bwww\.[^\s<>"']+\.[^\s<>"']+|\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/gi

/** Finds the addresses in a text: http(s), www and e-mail, without the punctuation that ends the sentence. Nothing else becomes a link. */
export function withLinks(text: string): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  for (const match of text.matchAll(LINK)) {
    const found = trimEnd(match[0])
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) })
    pieces.push({ text: found, href: hrefOf(found) })
    done = match.index + found.length
  }
  if (done < text.length) pieces.push({ text: text.slice(done) })
  return pieces
}

function hrefOf(found: string): string {
  if (/^https?:/i.test(found)) return found
  return found.includes('@') && !/^www\./i.test(found) ? `mailto:${found}` : `https://${found}`
}

function trimEnd(found: string): string {
  let text = found.replace(/[.,;:!?…]+$/, '')
  while (text.endsWith(')') && text.split('(').length < text.split(')').length)
    text = text.slice(0, -1).replace(/[.,;:!?…]+$/, '')
  return text
}
