import type { ChildNode, Document, Element, ParentNode } from 'domhandler'
import { isTag, isText } from 'domhandler'
import { DomUtils, parseDocument } from 'htmlparser2'
import { isAttribution, isForward } from './fold-text.ts'
import { htmlToText } from './html-text.ts'

export interface FoldedHtml {
  /** The same HTML with the history wrapped in `<details data-quoted>`; still to be sanitised. */
  html: string
  /** What the customer wrote, as plain text. */
  text: string
  quoted: string | null
}

/** Elements that hold the history, as Gmail, Yahoo, Proton, Zoho, Apple Mail and Thunderbird mark it. */
const HOLDS_HISTORY =
  /(?:^|\s)(?:gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra|moz-cite-prefix|tutanota_quote)(?:\s|$)/
/** Elements after which everything is history (Outlook on all its platforms). */
const STARTS_HISTORY =
  /^(?:divRplyFwdMsg|appendonsend|x_divRplyFwdMsg|mail-editor-reference-message-container|ms-outlook-mobile-body-separator-line|OLK_SRC_BODY_SECTION)$/
const OUTLOOK_RULE = /border:\s*none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)/i
const SUMMARY = '•••'

/** Recursive serialising is bounded by this; a deeper document is shown unfolded. */
const MAX_DEPTH = 500

/** @param subject a forwarded mail is never folded. */
export function foldHtml(html: string, subject: string | null): FoldedHtml {
  const document = parseDocument(html)
  if (isForward(subject) || isTooDeep(document)) return { html, text: htmlToText(document.children), quoted: null }
  const history = findHistory(document)
  if (history.length === 0) return { html, text: htmlToText(document.children), quoted: null }

  const folded = new Set<ChildNode>(history)
  const text = htmlToText(document.children, node => folded.has(node))
  const isEmpty = text === '' && !hasImageOutside(document, folded)
  if (isEmpty) return { html, text: htmlToText(document.children), quoted: null }
  const quoted = htmlToText(history)
  wrap(history)
  return { html: DomUtils.getOuterHTML(document, { encodeEntities: 'utf8' }), text, quoted: quoted || null }
}

/** The nodes of the history: neighbours under one parent, up to the end of that parent. Empty where none was found. */
function findHistory(document: Document): ChildNode[] {
  for (const node of walk(document)) {
    const className = node.attribs.class ?? ''
    const id = node.attribs.id ?? ''
    const isCite = node.name === 'blockquote' && (node.attribs.type === 'cite' || id === 'isReplyContent')
    const holds = isCite || (HOLDS_HISTORY.test(className) && !/gmail_signature/.test(className))
    const starts = STARTS_HISTORY.test(id) || (OUTLOOK_RULE.test(node.attribs.style ?? '') && looksLikeHeaders(node))
    if (!holds && !starts) continue
    const from = starts ? withRuleBefore(outermost(node)) : withAttributionBefore(node)
    const rest = [from, ...siblingsAfter(from)]
    if (starts) return rest
    // Words of the customer after the quotation: an answer below or in between. Leave everything in sight.
    const lastQuote = rest.findLastIndex(other => other === node || isHistory(other))
    const wroteBelow = htmlToText(rest.slice(lastQuote + 1)) !== '' || wroteAfter(from.parent)
    return wroteBelow ? [] : rest
  }
  return []
}

function isHistory(node: ChildNode): boolean {
  if (!isTag(node)) return false
  return node.name === 'blockquote' || HOLDS_HISTORY.test(node.attribs.class ?? '')
}

function looksLikeHeaders(node: Element): boolean {
  return (
    htmlToText([node])
      .split('\n')
      .filter(line => /^\s*\S[^:]{0,20}:\s/.test(line)).length >= 3
  )
}

/** The line that introduces a quotation stands just before it, in the same parent, as an element or as text. */
function withAttributionBefore(node: Element): ChildNode {
  let first: ChildNode = node
  let text = ''
  for (let before = node.prev; before && text.length < 400; before = before.prev) {
    const said = htmlToText([before])
    text = `${said} ${text}`
    if (isAttribution(text)) return before
    if (isTag(before) && said !== '' && !isInline(before)) break
    first = before
  }
  return first === node || text.trim() !== '' ? node : first
}

function isInline(node: Element): boolean {
  return ['a', 'b', 'i', 'span', 'font', 'br', 'strong', 'em'].includes(node.name)
}

/** Climbs through wrappers that say nothing before this element, so that what follows the wrapper is history too. */
function outermost(node: Element): Element {
  let outer = node
  for (let parent = node.parent; parent && isTag(parent) && parent.name !== 'body'; parent = parent.parent) {
    if (parent.children.slice(0, parent.children.indexOf(outer)).some(before => htmlToText([before]) !== '')) break
    if (parent.parent === null || !isTag(parent.parent)) break
    outer = parent
  }
  return outer
}

function withRuleBefore(node: Element): ChildNode {
  let before = node.prev
  while (before && isText(before) && before.data.trim() === '') before = before.prev
  return before && isTag(before) && before.name === 'hr' ? before : node
}

function siblingsAfter(node: ChildNode): ChildNode[] {
  const found: ChildNode[] = []
  for (let next = node.next; next; next = next.next) found.push(next)
  return found
}

/** Whether anything is written after this element, up to the end of the document. */
function wroteAfter(parent: ParentNode | null): boolean {
  for (let at: ParentNode | null = parent; at && isTag(at); at = at.parent) {
    if (htmlToText(siblingsAfter(at)) !== '') return true
  }
  return false
}

function hasImageOutside(document: Document, folded: Set<ChildNode>): boolean {
  const stack: ChildNode[] = [...document.children]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (folded.has(node) || !isTag(node)) continue
    if (node.name === 'img') return true
    for (const child of node.children) stack.push(child)
  }
  return false
}

function wrap(history: ChildNode[]): void {
  const first = history[0]!
  const fold = parseDocument(`<details data-quoted="1"><summary>${SUMMARY}</summary></details>`).children[0] as Element
  DomUtils.prepend(first, fold)
  for (const node of history) {
    DomUtils.removeElement(node)
    DomUtils.appendChild(fold, node)
  }
}

function* walk(document: Document): Generator<Element> {
  const stack: ChildNode[] = [...document.children].reverse()
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (!isTag(node)) continue
    yield node
    for (let child = node.children.length - 1; child >= 0; child -= 1) stack.push(node.children[child]!)
  }
}

function isTooDeep(document: Document): boolean {
  const stack: [ChildNode, number][] = document.children.map(child => [child, 1])
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [node, depth] = entry
    if (depth > MAX_DEPTH) return true
    if (isTag(node)) for (const child of node.children) stack.push([child, depth + 1])
  }
  return false
}
