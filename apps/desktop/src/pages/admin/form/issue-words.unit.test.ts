import { createTrunk, E164 } from '@centrala/api/trunk.ts'
import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import en from '../../../i18n/en/admin.json' with { type: 'json' }
import { formIssue, issueWords } from './issue-words.ts'

beforeAll(() => i18next.init({ lng: 'en', resources: { en: { admin: en } }, keySeparator: '.' }))

const trunk = (host: string) => ({ name: 'Provider', config: { host, mode: 'address' }, password: null, active: true })
const said = (schema: z.ZodType, value: unknown, path: string): string | undefined =>
  (schema.safeParse(value).error?.issues ?? [])
    .map(issue => formIssue(issue as Parameters<typeof formIssue>[0], value))
    .filter(issue => issue.path === path)
    .map(issueWords)[0]

test('a field left empty is to be filled in, whatever it must look like', () => {
  expect(said(createTrunk.body, trunk(''), 'config.host')).toBe(en.issue.missing)
  expect(said(createTrunk.body, trunk('  '), 'config.host')).toBe(en.issue.missing)
})

test('a server and a phone number that are none get an example of what to write', () => {
  expect(said(createTrunk.body, trunk('sip:provider!'), 'config.host')).toContain('sip.example.com')
  expect(said(z.object({ number: E164 }), { number: '12 34' }, 'number')).toContain('+385 1 234 5678')
})

test('what fits no other pattern is still refused in words', () => {
  expect(said(z.object({ code: z.string().regex(/^x+$/) }), { code: 'y' }, 'code')).toBe(en.issue.format)
})
