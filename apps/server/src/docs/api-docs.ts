import { EVENT_TYPES, LIVE_PATH, ToClient, ToServer } from '@centrala/api/live.ts'
import { openApi } from '@centrala/api/openapi.ts'
import type { Route } from '@centrala/api/route.ts'
import { ROUTES } from '@centrala/api/routes.ts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

const VERSION = '0.1.0'

/** `/api/openapi.json`, and the same for people at `/api/docs`: one page, no scripts, drawn from the routes themselves. */
export function mountApiDocs(app: FastifyInstance): void {
  const document = JSON.stringify(openApi(ROUTES, VERSION))
  const page = render()
  app.get('/api/openapi.json', async (_, reply) => reply.type('application/json').send(document))
  app.get('/api/docs', async (_, reply) => reply.type('text/html; charset=utf-8').send(page))
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, char => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char)

type Schema = Record<string, unknown>

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(type, { io, unrepresentable: 'any' }) as Schema
}

/** A JSON schema in a few words: `string`, `{ a: string, b?: number[] }`. */
function words(schema: Schema, depth = 0): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  const union = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (union) return union.map(part => words(part, depth)).join(' | ')
  if (schema.type === 'array') return `${wrap(words((schema.items ?? {}) as Schema, depth))}[]`
  if (schema.type === 'object') {
    const entries = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
    if (entries.length === 0)
      return schema.additionalProperties
        ? `{ [name]: ${words(schema.additionalProperties as Schema, depth + 1)} }`
        : '{}'
    const required = new Set((schema.required ?? []) as string[])
    const pad = '  '.repeat(depth + 1)
    const lines = entries.map(
      ([name, value]) =>
        `${pad}${name}${required.has(name) ? '' : '?'}: ${words(value, depth + 1)}${value.description ? `  — ${value.description}` : ''}`,
    )
    return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
  }
  return String(schema.format ?? schema.type ?? 'anything')
}

const wrap = (text: string) => (text.includes(' | ') ? `(${text})` : text)

function section(route: Route): string {
  const parts: string[] = []
  const fields = (title: string, schema: Schema) => {
    if (Object.keys((schema.properties ?? {}) as object).length > 0 || !('properties' in schema))
      parts.push(`<h4>${title}</h4><pre>${escapeHtml(words(schema))}</pre>`)
  }
  fields('Query', schemaOf(route.query, 'input'))
  if (route.upload) parts.push('<h4>Body</h4><pre>multipart/form-data with one file in the field "file"</pre>')
  else if (route.method !== 'GET') fields('Body', schemaOf(route.body, 'input'))
  if (route.produces) parts.push(`<h4>Answer</h4><pre>${escapeHtml(route.produces)}</pre>`)
  else fields('Answer', schemaOf(route.response, 'output'))
  return `<details id="${route.id}"><summary><b class="${route.method}">${route.method}</b> <code>/api${escapeHtml(route.path)}</code> <span>${escapeHtml(route.summary)}</span></summary>
<p>Needs <code>${route.access}</code>${route.access === 'public' ? ': nobody has to be signed in' : ''}. operationId <code>${route.id}</code></p>${parts.join('')}</details>`
}

function render(): string {
  const tags = [...Map.groupBy(ROUTES, route => route.tag)].sort(([a], [b]) => (a < b ? -1 : 1))
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Centrala API</title><style>
:root{color-scheme:light dark;--line:light-dark(#d8dcdf,#33393d);--dim:light-dark(#5a646b,#9aa5ac);--soft:light-dark(#f4f6f7,#1b1f22);--accent:light-dark(#0f766e,#5eead4)}
body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:2rem 1rem;background:light-dark(#fff,#121517);color:light-dark(#1c2226,#e4e8ea)}
h1{margin:0 0 .5rem}h2{margin:2.5rem 0 .5rem;text-transform:capitalize}h4{margin:.75rem 0 .25rem}a{color:var(--accent)}
details{border:1px solid var(--line);border-radius:8px;margin:.4rem 0;padding:.5rem .75rem}summary{cursor:pointer}summary span{color:var(--dim)}
pre{background:var(--soft);border-radius:6px;padding:.75rem;overflow:auto;margin:0}code{font-size:13px}
b{display:inline-block;min-width:4rem;color:var(--accent)}nav{columns:12rem;margin:1rem 0}</style></head><body>
<h1>Centrala API</h1>
<p>Everything the desktop does, it does by these routes. Send an API key as <code>Authorization: Bearer ck_…</code> (made under Administration → Security), or the session cookie.
Refusals are <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>. Times are ISO 8601. Unknown fields are refused.
For machines: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav>${tags.map(([tag]) => `<a href="#tag-${tag}">${tag}</a><br>`).join('')}<a href="#live">live events</a></nav>
${tags.map(([tag, routes]) => `<h2 id="tag-${tag}">${tag}</h2>${routes.map(section).join('')}`).join('')}
<h2 id="live">Live events</h2>
<p>A WebSocket at <code>${LIVE_PATH}</code>. Say hello with the cursor of the last event you have seen (or null): what you missed comes first, then everything as it happens. After
<code>resync</code> load your data again. Events come at least once and in order; each has a cursor. Types: ${EVENT_TYPES.map(type => `<code>${type}</code>`).join(', ')}.</p>
<h4>You send</h4><pre>${escapeHtml(words(schemaOf(ToServer, 'input')))}</pre><h4>You get</h4><pre>${escapeHtml(words(schemaOf(ToClient, 'output')))}</pre>
</body></html>`
}
