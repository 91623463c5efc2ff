import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** What a page shows first: its code, the areas of its texts, and the answers it is drawn from, for whom may have them. */
interface Page {
  path: string
  code: string[]
  areas: string[]
  data: string[]
  permission?: string
}

const SOURCES = fileURLToPath(new URL('./src/', import.meta.url))
const PAGES: Page[] = [
  {
    path: '/inbox',
    code: ['pages/inbox/inbox-page.tsx'],
    areas: [],
    data: ['/api/me/interactions'],
    permission: 'inbox.handle',
  },
  {
    path: '/supervisor',
    code: ['pages/supervisor/supervisor-page.tsx'],
    areas: ['supervisor', 'call', 'phrase'],
    data: ['/api/supervise/now'],
    permission: 'supervise.read',
  },
  {
    path: '/reports',
    code: ['pages/reports/reports-page.tsx', 'components/chart-canvas.tsx'],
    areas: ['reports'],
    data: [],
    permission: 'report.read',
  },
  { path: '/search', code: ['pages/search/search-page.tsx'], areas: [], data: [] },
  { path: '/settings', code: ['pages/settings/settings-page.tsx'], areas: ['call'], data: [] },
  { path: '/sign-in', code: ['pages/sign-in/sign-in-page.tsx'], areas: [], data: [] },
  ...adminPages(),
  { path: '/admin', code: ['pages/admin/admin-page.tsx', 'pages/admin/sections.ts'], areas: ['admin'], data: [] },
]

/** A page of the administration stands in its list as a key, what it loads and the areas of its texts. */
function adminPages(): Page[] {
  const list = readFileSync(`${SOURCES}pages/admin/sections.ts`, 'utf8')
  return [...list.matchAll(/key: '([\w-]+)'[^}]*?import\('\.\/([^']+)'\)((?:,\s*'\w+')+)/g)].map(
    ([, key = '', file = '', areas = '']) => ({
      path: `/admin/${key}`,
      code: ['pages/admin/admin-page.tsx', 'pages/admin/sections.ts', `pages/admin/${file}`],
      areas: ['admin', ...[...areas.matchAll(/\w+/g)].map(([area]) => area)],
      data: key === 'queues' ? ['/api/queues?archived=true'] : [],
    }),
  )
}

/**
 * Writes `first.json`: the files each page needs besides those `index.html` names itself, so that the server can name them in the page
 * and a browser that has none fetches everything at once, instead of one round after another.
 */
export function firstFiles(): Plugin {
  return {
    name: 'first-files',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(file => file.type === 'chunk')
      const chunkOf = (source: string) => chunks.find(chunk => chunk.facadeModuleId === SOURCES + source)?.fileName
      const reached = (file: string, found = new Set<string>()): Set<string> => {
        const chunk = bundle[file]
        if (found.has(file) || chunk?.type !== 'chunk') return found
        found.add(file)
        for (const next of chunk.imports) reached(next, found)
        return found
      }
      const named = new Set(chunks.filter(chunk => chunk.isEntry).flatMap(chunk => [...reached(chunk.fileName)]))
      const filesOf = (sources: string[]) =>
        [...new Set(sources.map(chunkOf).flatMap(file => (file ? [...reached(file)] : [])))].filter(
          file => !named.has(file),
        )
      const texts: Record<string, Record<string, string[]>> = {}
      for (const { facadeModuleId } of chunks) {
        const [, daily, language = daily ?? '', area = 'daily'] =
          /i18n\/(?:daily\/([\w-]+)\.ts|([\w-]+)\/(\w+)\.json)$/.exec(facadeModuleId ?? '') ?? []
        if (language !== '' && facadeModuleId)
          texts[language] = { ...texts[language], [area]: filesOf([facadeModuleId.slice(SOURCES.length)]) }
      }
      texts.en = { ...texts.en, phrase: filesOf(['i18n/phrase-english.ts']) }
      const pages = PAGES.map(({ code, ...page }) => ({ ...page, files: filesOf(code) }))
      this.emitFile({ type: 'asset', fileName: 'first.json', source: JSON.stringify({ pages, texts }) })
    },
  }
}
