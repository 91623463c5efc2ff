import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import texts from '../apps/desktop/src/i18n/en/adminSecurity.json' with { type: 'json' }

/** What the server writes into the audit log, as it stands in its source: `call.monitored` → `['call', 'monitored']`. */
function written(): [noun: string, verb: string][] {
  const root = new URL('../apps/server/src/', import.meta.url).pathname
  const files = globSync('**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts'))
  return files.flatMap(file => {
    const source = readFileSync(root + file, 'utf8')
    const audited = [...source.matchAll(/\b(?:audit\([^'"`;]*?|action: )'(\w+)\.(\w+)'/g)]
    const changed = [...source.matchAll(/\brecordChange\([^'"`;]*?'(\w+)',\s*'(\w+)'/g)]
    return [...audited, ...changed].map(([, noun = '', verb = '']): [string, string] => [noun, verb])
  })
}

test('everything the server writes into the audit log has words', () => {
  const { noun: nouns, verb: verbs } = texts.audit
  const found = written()
  expect(found.length).toBeGreaterThan(30)
  expect(found.filter(([noun, verb]) => !(noun in nouns && verb in verbs)).map(pair => pair.join('.'))).toEqual([])
})
