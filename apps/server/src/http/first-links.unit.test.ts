import { expect, test } from 'vitest'
import { type First, linksFor } from './first-links.ts'

const first: First = {
  pages: [
    { path: '/inbox', files: ['inbox.js'], areas: [], data: ['/api/me/interactions'], permission: 'inbox.handle' },
    { path: '/reports', files: ['reports.js'], areas: ['reports'], data: [], permission: 'report.read' },
    { path: '/sign-in', files: ['sign-in.js'], areas: [], data: [] },
    { path: '/admin/queues', files: ['admin.js', 'queues.js'], areas: ['admin'], data: ['/api/queues?archived=true'] },
    { path: '/admin', files: ['admin.js'], areas: ['admin'], data: [] },
  ],
  texts: {
    en: { daily: ['en.js'], reports: ['en-reports.js'], admin: ['en-admin.js'] },
    'sr-Latn': { daily: ['sr.js'], reports: ['sr-reports.js'], admin: ['sr-admin.js'] },
  },
}
const addresses = (...asked: [string, string[] | null, string[]]) => {
  const [path, permissions, languages] = asked
  const links = linksFor(first, path, permissions && new Set(permissions as never[]), languages)
  return [...links.matchAll(/href="([^"]+)"/g)].map(([, address]) => address)
}

test('the home of an agent begins with the inbox: who they are, their contacts, its code and texts', () => {
  expect(addresses('/', ['self', 'inbox.handle'], ['en-GB'])).toEqual([
    '/api/me',
    '/api/me/interactions',
    '/en.js',
    '/inbox.js',
  ])
})

test('the texts are those of the first language there is', () => {
  expect(addresses('/reports', ['report.read'], ['', 'de', 'sr-Cyrl', 'en'])).toEqual([
    '/api/me',
    '/sr.js',
    '/sr-reports.js',
    '/reports.js',
  ])
})

test('nothing is asked for that somebody may not have', () => {
  expect(addresses('/inbox/123', ['report.read'], ['en'])).toEqual(['/api/me', '/en.js'])
})

test('without a session only signing in is fetched', () => {
  expect(addresses('/inbox', null, ['en'])).toEqual(['/en.js', '/sign-in.js'])
})

test('a page below another has files of its own', () => {
  expect(addresses('/admin/queues', ['routing.manage'], ['en'])).toContain('/queues.js')
  expect(addresses('/admin/skills', ['routing.manage'], ['en'])).not.toContain('/queues.js')
})
