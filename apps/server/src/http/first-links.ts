import type { Permission } from '@centrala/core/permission/permission.ts'

/** What the build of the desktop says each page needs besides what `index.html` names itself. */
export interface First {
  pages: { path: string; files: string[]; areas: string[]; data: string[]; permission?: Permission }[]
  /** Files of texts by language and area. */
  texts: Record<string, Record<string, string[]>>
}

/**
 * The links that let a browser fetch everything a page begins with at once: its code, its texts in the first language there is, and the answers it is
 * drawn from. `permissions` are null where nobody is signed in. A link too many or too few costs time and nothing else.
 */
export function linksFor(
  { pages, texts }: First,
  path: string,
  permissions: ReadonlySet<Permission> | null,
  languages: readonly string[],
): string {
  const at = permissions === null ? '/sign-in' : path === '/' ? '/inbox' : path
  const page = pages.find(one => at === one.path || at.startsWith(`${one.path}/`))
  const mayOpen = !page?.permission || permissions?.has(page.permission)
  const known = Object.keys(texts)
  const language = languages.flatMap(asked => known.find(one => base(one) === base(asked)) ?? []).at(0) ?? 'en'
  const areas = ['daily', ...(mayOpen ? (page?.areas ?? []) : [])].flatMap(area => texts[language]?.[area] ?? [])
  const files = new Set([...areas, ...((mayOpen && page?.files) || [])])
  const data = permissions === null ? [] : ['/api/me', ...((mayOpen && page?.data) || [])]
  return [
    ...data.map(address => `<link rel="preload" as="fetch" crossorigin href="${address}">`),
    ...[...files].map(file => `<link rel="modulepreload" crossorigin href="/${file}">`),
  ].join('')
}

const base = (language: string) => language.split('-')[0]
