import { type ChildNode, isTag, isText } from 'domhandler'

const PARAGRAPHS = new Set('p h1 h2 h3 h4 h5 h6 ul ol blockquote table pre'.split(' '))
const BLOCKS = new Set(
  'address article aside center dd details div dl dt figure footer form header hr li main section tbody thead tr'.split(
    ' ',
  ),
)
const SILENT = new Set('script style head title noscript template svg math textarea select'.split(' '))

/**
 * What a reader would read in this HTML, as plain text: blocks on their own lines, list items marked, a link followed by its
 * address where the text does not say it. Walks without recursion, so depth cannot exhaust the stack.
 * @param skip nodes to leave out, with all they hold
 */
export function htmlToText(nodes: readonly ChildNode[], skip: (node: ChildNode) => boolean = () => false): string {
  const page = new Page()
  const stack: (ChildNode | (() => void))[] = [...nodes].reverse()
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'function') next()
    else if (skip(next)) continue
    else if (isText(next)) page.write(next.data.replace(/[\s\u00a0]+/g, ' '))
    else if (isTag(next) && !SILENT.has(next.name)) {
      const { name, attribs } = next
      const gap = PARAGRAPHS.has(name) ? 2 : BLOCKS.has(name) ? 1 : 0
      page.breakLine(gap)
      if (name === 'br') page.newLine()
      if (name === 'img' && attribs.alt) page.write(`[${attribs.alt}]`)
      if (name === 'li') page.write('• ')
      if (name === 'td' || name === 'th') page.write('  ')
      const link = name === 'a' && /^https?:\/\//i.test(attribs.href ?? '') ? page.markLink(attribs.href!) : null
      stack.push(() => {
        link?.()
        page.breakLine(gap)
      })
      for (let child = next.children.length - 1; child >= 0; child -= 1) stack.push(next.children[child]!)
    }
  }
  return page.text()
}

/** Lines as they grow; each step costs only what it adds. */
class Page {
  private lines: string[] = []
  private line = ''
  private blanks = 2

  write(words: string): void {
    this.line += this.line === '' || this.line.endsWith(' ') ? words.trimStart() : words
  }

  newLine(): void {
    const line = this.line.trimEnd()
    this.line = ''
    this.blanks = line === '' ? this.blanks + 1 : 0
    if (this.blanks < 2) this.lines.push(line)
  }

  /** 0: nothing; 1: start a new line; 2: leave an empty line between. */
  breakLine(gap: number): void {
    if (gap === 0) return
    if (this.line.trim() !== '') this.newLine()
    else this.line = ''
    if (gap === 2 && this.blanks === 0) this.newLine()
  }

  /** Call the result where the link ends. */
  markLink(href: string): () => void {
    const startsAt = { line: this.lines.length, column: this.line.length }
    return () => {
      const said = this.lines.length === startsAt.line ? this.line.slice(startsAt.column).trim() : 'several lines'
      if (said !== '' && !said.includes(href.replace(/^https?:\/\/|\/$/g, ''))) this.write(` (${href})`)
    }
  }

  text(): string {
    return [...this.lines, this.line.trimEnd()].join('\n').trim()
  }
}
