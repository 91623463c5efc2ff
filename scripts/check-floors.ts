// Imports go down only, and never round in a circle. The house and its floors: ARCHITECTURE.md.
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** What each room may import from, besides itself and npm packages. */
const MAY_IMPORT: Record<string, string[]> = {
  'packages/core': [],
  'packages/api': ['packages/core'],
  'packages/sip': [],
  'packages/media': [],
  'packages/store': ['packages/core'],
  'packages/channels': ['packages/core'],
  'apps/server': ['packages/core', 'packages/api', 'packages/media', 'packages/store', 'packages/channels'],
  'apps/voice': ['packages/core', 'packages/api', 'packages/sip', 'packages/media'],
  'apps/desktop': ['packages/api'],
  'apps/widget': ['packages/api'],
}
/** Beyond the floors: the server builds the screens; tests reach everywhere. */
const EXCEPTIONS = new Set(['apps/server/src/main.ts -> scripts/build-screens.ts'])

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g

export async function checkFloors(): Promise<string[]> {
  const files = (await Promise.all(Object.keys(MAY_IMPORT).map(room => sources(join(ROOT, room, 'src'))))).flat()
  const graph = new Map<string, string[]>()
  const faults: string[] = []
  for (const file of files) {
    const from = relative(ROOT, file)
    const isTest = /(\.test|\/testing)\.tsx?$/.test(from)
    const targets: string[] = []
    for (const match of (await readFile(file, 'utf8')).matchAll(IMPORT)) {
      const target = resolveImport(file, match[2] ?? match[3] ?? '')
      if (!target) continue
      if (!isTest && !allowed(from, target)) faults.push(`${from} imports ${target}, which its floor may not.`)
      if (!isTest && !match[1] && !match[3]) targets.push(target)
    }
    graph.set(from, targets)
  }
  return [...faults, ...cycles(graph).map(cycle => `A circle of imports: ${cycle.join(' -> ')}`)]
}

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
}

function resolveImport(file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(dirname(file), specifier))
  const ours = /^@centrala\/(\w+)\/(.+)$/.exec(specifier)
  if (!ours) return null
  const home = ['core', 'api', 'sip', 'media', 'store', 'channels'].includes(ours[1] ?? '') ? 'packages' : 'apps'
  return `${home}/${ours[1]}/src/${ours[2]}`
}

function roomOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function allowed(from: string, target: string): boolean {
  if (EXCEPTIONS.has(`${from} -> ${target}`)) return true
  const room = roomOf(from)
  return roomOf(target) === room || (MAY_IMPORT[room] ?? []).includes(roomOf(target))
}

/** Every circle, once, by depth-first search. */
function cycles(graph: Map<string, string[]>): string[][] {
  const found: string[][] = []
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const visit = (node: string) => {
    state.set(node, 'open')
    path.push(node)
    for (const next of graph.get(node) ?? []) {
      if (state.get(next) === 'open') found.push([...path.slice(path.indexOf(next)), next])
      else if (!state.has(next) && graph.has(next)) visit(next)
    }
    path.pop()
    state.set(node, 'done')
  }
  for (const node of graph.keys()) if (!state.has(node)) visit(node)
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = await checkFloors()
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exit(1)
}
