import sanitize from 'sanitize-html'

/**
 * Makes the HTML of a mail inert. What comes out holds only the elements, attributes and styles listed here: nothing that
 * runs, submits, navigates by itself, covers the page, or asks the network for anything.
 *
 * - Remote images are not loaded: `<img src="https://…">` becomes `<img data-blocked-src="https://…">`, a background image
 *   becomes `data-blocked-background`. `blockedImages` counts them, so that the screen can offer to show them.
 * - Inline images stay named: `<img src="cid:ID">` becomes `<img data-cid="ID">`; whoever shows the mail maps the id to the
 *   stored file (see `revealImages`).
 * - Links go only to http, https, mailto and tel, open elsewhere and tell the target nothing about us.
 *
 * It is the first of three walls. Show it only in `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc>`
 * whose document carries `MAIL_CSP`.
 */
export const MAIL_CSP =
  "default-src 'none'; img-src data: blob: 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

const TAGS = [
  ...['a', 'abbr', 'address', 'article', 'aside', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br', 'caption', 'center'],
  ...[
    'cite',
    'code',
    'col',
    'colgroup',
    'dd',
    'del',
    'details',
    'dfn',
    'div',
    'dl',
    'dt',
    'em',
    'figcaption',
    'figure',
  ],
  ...['font', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'main'],
  ...['mark', 'ol', 'p', 'pre', 'q', 's', 'samp', 'section', 'small', 'span', 'strike', 'strong', 'sub', 'summary'],
  ...['sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr'],
]

/** Elements whose content is not text for a reader, or is parsed by other rules: dropped with everything in them. */
const DROPPED_WHOLE = [
  ...['script', 'style', 'textarea', 'option', 'select', 'xmp', 'noscript', 'title', 'iframe', 'noembed', 'noframes'],
  ...['plaintext', 'svg', 'math', 'template', 'object', 'embed', 'applet', 'audio', 'video', 'canvas', 'frameset'],
]

const ATTRIBUTES: Record<string, string[]> = {
  '*': ['align', 'bgcolor', 'dir', 'lang', 'style', 'title', 'valign', 'data-blocked-background'],
  a: ['href', 'rel', 'target'],
  col: ['span', 'width'],
  colgroup: ['span', 'width'],
  details: ['data-quoted'],
  font: ['color', 'face', 'size'],
  hr: ['color', 'noshade', 'size', 'width'],
  img: ['alt', 'border', 'data-blocked-src', 'data-cid', 'height', 'hspace', 'src', 'vspace', 'width'],
  li: ['value'],
  ol: ['reversed', 'start', 'type'],
  table: ['border', 'cellpadding', 'cellspacing', 'height', 'rules', 'summary', 'width'],
  td: ['colspan', 'height', 'nowrap', 'rowspan', 'width'],
  th: ['colspan', 'height', 'nowrap', 'rowspan', 'scope', 'width'],
  time: ['datetime'],
  tr: ['height'],
  ul: ['type'],
}

/** Nothing here can take an element out of the flow, cover another, or fetch. */
const PROPERTIES = new RegExp(
  `^(?:color|background(?:-color)?|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width))?|border-(?:collapse|radius|spacing)|` +
    `display|direction|float|clear|font(?:-(?:family|size|style|variant|weight))?|height|letter-spacing|line-height|` +
    `list-style(?:-type)?|margin(?:-(?:top|right|bottom|left))?|max-(?:height|width)|min-(?:height|width)|overflow-wrap|` +
    `padding(?:-(?:top|right|bottom|left))?|table-layout|text-(?:align|decoration|indent|transform)|vertical-align|` +
    `white-space|width|word-(?:break|spacing|wrap))$`,
)
const PLAIN_VALUE = /^[\p{L}\p{N}\s.,#%!+\-/'"]*$/u
const COLOUR_FUNCTION = /\b(?:rgb|rgba|hsl|hsla)\([\d\s.,%/-]*\)/gi
const INLINE_IMAGE = /^data:image\/(?:png|gif|jpe?g|webp);base64,[a-z0-9+/=\s]*$/i
const REMOTE_URL = /^\s*(?:https?:)?\/\//i
const LINK = /^(?:https?:\/\/|mailto:|tel:)/i
/** A browser lays out a few hundred levels at most; tables in real mails reach about forty. */
const NESTING = 200

export interface InertHtml {
  html: string
  /** Remote images and backgrounds that were not loaded. */
  blockedImages: number
}

/** @param dirty HTML as the mail carried it, of any quality. Never throws on bad HTML. */
export function sanitiseHtml(dirty: string): InertHtml {
  let blockedImages = 0

  const clean = (tagName: string, attributes: sanitize.Attributes): sanitize.Tag => {
    const kept: sanitize.Attributes = {}
    for (const [name, value] of Object.entries(attributes)) {
      // Ours to set, never the sender's.
      if (name.startsWith('data-') && !(tagName === 'details' && name === 'data-quoted')) continue
      kept[name] = value
    }
    const backgrounds = [attributes.background, ...stylesheetUrls(attributes.style)].filter(isRemote)
    if (backgrounds[0]) {
      kept['data-blocked-background'] = backgrounds[0].trim()
      blockedImages += 1
    }
    if (kept.style !== undefined) kept.style = filterStyle(kept.style)
    if (kept.style === '') delete kept.style
    if (tagName === 'a') cleanLink(kept)
    if (tagName === 'img') blockedImages += cleanImage(kept, attributes)
    return { tagName, attribs: kept }
  }

  const html = sanitize(dirty.replaceAll('\0', ''), {
    allowedTags: TAGS,
    allowedAttributes: ATTRIBUTES,
    nonTextTags: DROPPED_WHOLE,
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    enforceHtmlBoundary: false,
    nestingLimit: NESTING,
    parseStyleAttributes: false,
    transformTags: { '*': clean },
  })
  return { html, blockedImages }
}

/** The addresses of remote images and backgrounds that `sanitiseHtml` has blocked in this HTML. */
export function imageSources(inert: string): Set<string> {
  const found = inert.matchAll(/ data-blocked-(?:src|background)="([^"]*)"/g)
  return new Set([...found].map(match => decodeAttribute(match[1] ?? '')))
}

function cleanLink(attributes: sanitize.Attributes): void {
  // Browsers skip control characters and spaces inside a scheme, so they go before it is judged.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  const href = (attributes.href ?? '').replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028\u2029\ufeff]+/g, '')
  if (LINK.test(href)) {
    attributes.href = href
    attributes.rel = 'noopener noreferrer nofollow'
    attributes.target = '_blank'
  } else {
    delete attributes.href
    delete attributes.target
    delete attributes.rel
  }
}

/** Returns how many remote images were blocked (a `srcset` counts with its `src`). */
function cleanImage(attributes: sanitize.Attributes, original: sanitize.Attributes): number {
  const source = (original.src ?? '').trim()
  delete attributes.src
  if (/^cid:/i.test(source)) {
    attributes['data-cid'] = decodeContentId(source.slice(4))
    return 0
  }
  if (INLINE_IMAGE.test(source)) {
    attributes.src = source
    return 0
  }
  const remote = isRemote(source) ? source : original.srcset?.split(/[\s,]+/).find(isRemote)
  if (!remote) return 0
  attributes['data-blocked-src'] = remote.replace(/^\/\//, 'https://')
  return 1
}

function isRemote(url: string | undefined): url is string {
  return url !== undefined && REMOTE_URL.test(url)
}

function decodeContentId(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

function stylesheetUrls(style: string | undefined): string[] {
  return [...(style ?? '').matchAll(/url\(\s*["']?([^"')]+)/gi)].map(found => found[1]!)
}

/**
 * Keeps the declarations that are harmless by property and by value. A value may hold words, numbers, quotes and colour
 * functions; with a backslash, a comment, a bracket or a function of any other kind the declaration goes, so there is
 * nothing left for a browser to read differently than we did.
 */
function filterStyle(style: string): string {
  const kept: string[] = []
  for (const declaration of style.split(';')) {
    const colon = declaration.indexOf(':')
    if (colon < 0) continue
    const property = declaration.slice(0, colon).trim().toLowerCase()
    const value = declaration.slice(colon + 1).trim()
    if (!PROPERTIES.test(property) || value.length > 200) continue
    if (!PLAIN_VALUE.test(value.replace(COLOUR_FUNCTION, ''))) continue
    if ((value.split('"').length - 1) % 2 !== 0 || (value.split("'").length - 1) % 2 !== 0) continue
    // Pulling an element over its neighbours is a positioning trick too.
    if (property.startsWith('margin') && value.includes('-')) continue
    if (property === 'text-indent' && value.includes('-')) continue
    if (/\bfixed\b|\bsticky\b|\babsolute\b/i.test(value)) continue
    kept.push(`${property}:${value}`)
  }
  return kept.join(';')
}

export interface Reveal {
  /** Address of the stored file for a Content-ID, or null where the mail had no such file. */
  fileUrl(contentId: string): string | null
  /** Address from which to load a remote image once the reader asked for it (a proxy of ours), or null to keep it blocked. */
  remoteUrl(url: string): string | null
}

/** Fills the placeholders that `sanitiseHtml` left. Takes only its output: it relies on how that writes attributes. */
export function revealImages(inert: string, reveal: Reveal): string {
  return inert.replace(/(<img\b[^>]*?) data-(cid|blocked-src)="([^"]*)"/g, (whole, start, kind, encoded) => {
    const value = decodeAttribute(String(encoded))
    const url = kind === 'cid' ? reveal.fileUrl(value) : reveal.remoteUrl(value)
    return url === null ? String(whole) : `${start} src="${encodeAttribute(url)}"`
  })
}

function decodeAttribute(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function encodeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
