/** Variables of a signature, template or automatic reply: `{{agent.name}}`. */
export type Variables = Record<string, string | undefined>

const VARIABLE = /\{\{\s*([a-zA-Z][\w.]{0,60})(?:\s*\|\s*([^{}]{0,200}?))?\s*\}\}/g

/**
 * Fills `{{name}}`, or `{{name | fallback}}` where the variable may be missing or empty. In HTML every value is escaped, so
 * a customer's name can never become markup. An unknown name without a fallback becomes nothing. Values are not filled again.
 */
export function renderTemplate(template: string, variables: Variables, form: 'text' | 'html'): string {
  return template.replace(VARIABLE, (_whole, name: string, fallback: string | undefined) => {
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = given !== undefined && given !== '' ? given : (fallback ?? '')
    return form === 'html' ? textToHtml(value) : value
  })
}

/** Names that a template uses, each once: the admin screen tells which of them exist. */
export function variablesIn(template: string): string[] {
  return [...new Set([...template.matchAll(VARIABLE)].map(found => found[1]!))]
}

/** Text as HTML: escaped, line breaks kept. */
export function textToHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/\r\n?|\n/g, '<br>\n')
}

export interface Body {
  text: string
  html: string | null
}

/** Adds a signature below a body; where the body has HTML and the signature none, its text is used. "-- " is RFC 3676 4.3. */
export function withSignature(body: Body, signature: Body, variables: Variables): Body {
  const text = renderTemplate(signature.text, variables, 'text').trim()
  const html = signature.html !== null ? renderTemplate(signature.html, variables, 'html') : textToHtml(text)
  if (text === '' && html === '') return body
  return {
    text: text === '' ? body.text : `${body.text.trimEnd()}\n\n-- \n${text}`,
    html: body.html === null ? null : `${body.html}\n<br>\n<div>-- <br>\n${html}</div>`,
  }
}
