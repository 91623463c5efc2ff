import type { Plugin } from 'vite'

/** What only the server asks of a route: the browser needs to know how to call it, the types are there already. */
const SERVERS = new Set(['params', 'query', 'body', 'response', 'access', 'tag', 'summary', 'produces'])
const CONTRACT = /packages[\\/]api[\\/]src[\\/][\w-]+\.ts$/
const SCREEN = /desktop[\\/]src[\\/].*\.tsx?$/

interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

/**
 * Leaves the schemas of routes out of the desktop. Hundreds of them would be made before the first screen, though nothing there is checked by them.
 * `route({ … })` becomes `{ id, method, path }`, and every other value a contract makes by a call is one the bundler may drop where nobody uses it.
 * A screen that checks what is typed imports the schema itself, so reading one from a route stops the build.
 */
export function leanRoutes(): Plugin {
  return {
    name: 'lean-routes',
    transform(code, id) {
      if (CONTRACT.test(id)) return { code: lean(code, this.parse(code) as unknown as Node), map: null }
      if (!SCREEN.test(id)) return null
      for (const [, names = ''] of code.matchAll(/import\s*\{([^}]*)\}\s*from\s*["']@centrala\/api\//g))
        for (const name of names.split(',').map(one =>
          one
            .trim()
            .split(/\s+as\s+/)
            .at(-1),
        ))
          if (name && new RegExp(`\\b${name}\\.(params|query|body|response)\\b`).test(code))
            this.error(`A route has no schemas in the browser: import the schema that ${name} is made of.`)
      return null
    },
  }
}

function lean(code: string, program: Node): string {
  const edits: { at: number; until: number; text: string }[] = []
  const leaveOut = (definition: Node) => {
    for (const property of definition.properties as Node[]) {
      const name = (property.key as { name?: string } | undefined)?.name
      if (name === undefined || !SERVERS.has(name)) continue
      const comma = /^\s*,/.exec(code.slice(property.end))?.[0].length ?? 0
      edits.push({ at: property.start, until: property.end + comma, text: '' })
    }
  }
  const spread = new Set<string | undefined>()
  walk(program, node => {
    if (!isRoute(node)) return
    const [definition] = node.arguments as [Node]
    edits.push({ at: node.start, until: definition.start, text: '(' })
    leaveOut(definition)
    for (const { type, argument } of definition.properties as Node[])
      if (type === 'SpreadElement') spread.add((argument as { name?: string }).name)
  })
  for (const statement of program.body as Node[]) {
    const declaration = (statement.declaration ?? statement) as Node
    if (declaration.type !== 'VariableDeclaration') continue
    for (const { id, init } of declaration.declarations as { id: { name?: string }; init: Node | null }[]) {
      if (init === null || isRoute(init)) continue
      if (spread.has(id.name) && init.type === 'ObjectExpression') leaveOut(init)
      else if (init.type === 'CallExpression' || init.type === 'ObjectExpression') {
        edits.push({ at: init.start, until: init.start, text: '/* @__PURE__ */ (() => (' })
        edits.push({ at: init.end, until: init.end, text: '))()' })
      }
    }
  }
  let out = code
  for (const { at, until, text } of edits.sort((a, b) => b.at - a.at)) out = out.slice(0, at) + text + out.slice(until)
  return out
}

const isRoute = (node: Node): boolean =>
  node.type === 'CallExpression' &&
  (node.callee as { name?: string }).name === 'route' &&
  (node.arguments as Node[])[0]?.type === 'ObjectExpression'

function walk(node: Node, visit: (node: Node) => void) {
  visit(node)
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, visit)
}
