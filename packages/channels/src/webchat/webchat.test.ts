import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Inbound } from '../channel.ts'
import { isAllowedOrigin, type WebchatAccount, webchatConfig, webchatSecrets } from './account.ts'
import { receive } from './receive.ts'
import { fileSignature, hashOfVisitorToken, isFileSignature, isUserHash, newVisitorToken, userHash } from './verify.ts'

const FOLDER = new URL('./fixtures/', import.meta.url)
const given = JSON.parse(readFileSync(new URL('account.json', FOLDER), 'utf8')) as { config: object; secrets: object }
const account: WebchatAccount = {
  id: 'account-1',
  tenantId: 'tenant-1',
  config: webchatConfig.parse(given.config),
  secrets: webchatSecrets.parse(given.secrets),
  signingKey: Buffer.alloc(32, 7),
}
async function read(name: string): Promise<Extract<Inbound, { kind: 'message' }>> {
  const [inbound] = await receive(readFileSync(new URL(`${name}.json`, FOLDER)), account)
  if (inbound?.kind !== 'message') throw new Error('not a message')
  return inbound
}

test('a visitor’s message keeps its words, id and time, and its sender is proven by the token', async () => {
  expect(await read('plain')).toMatchObject({
    providerId: 'c-00000001',
    text: 'Dobar dan, gdje je moja narudžba?',
    sentAt: new Date('2026-03-01T09:30:00Z'),
    sender: { name: 'Ana Živković', verified: true },
    language: 'hr',
  })
})

test('a token that we never gave proves nobody', async () => {
  expect((await read('forged-token')).sender.verified).toBe(false)
})

test.each(['not-json', 'unknown-field', 'too-long'])(
  'what cannot be read says so and is kept whole: %s',
  async name => {
    const message = await read(name)
    expect(message.text).toContain('could not be read')
    expect(message.files[0]?.content).toEqual(readFileSync(new URL(`${name}.json`, FOLDER)))
  },
)

test('a visitor’s token is nobody at another account', () => {
  const token = newVisitorToken(account.signingKey, 'account-1')
  expect(hashOfVisitorToken(account.signingKey, 'account-1', token)).toMatch(/^[0-9a-f]{64}$/)
  expect(hashOfVisitorToken(account.signingKey, 'account-2', token)).toBeNull()
  expect(hashOfVisitorToken(Buffer.alloc(32, 8), 'account-1', token)).toBeNull()
})

test('a user hash proves exactly its own id', () => {
  const secret = 'a secret of the fixtures, which protects nothing'
  expect(isUserHash(secret, '42', userHash(secret, '42'))).toBe(true)
  expect(isUserHash(secret, '43', userHash(secret, '42'))).toBe(false)
  expect(isUserHash(secret, '42', 'not a hash')).toBe(false)
  expect(isUserHash(secret, '42', null)).toBe(false)
  expect(isUserHash(null, '42', userHash('', '42'))).toBe(false)
})

test('the user hash is plain HMAC-SHA256 as every language has it', () => {
  // RFC 4231, test case 2
  expect(userHash('Jefe', 'what do ya want for nothing?')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('the address of a file works for that file until its hour', () => {
  const signature = fileSignature(account.signingKey, 'file-1', 1000)
  expect(isFileSignature(account.signingKey, 'file-1', 1000, signature, 999_000)).toBe(true)
  expect(isFileSignature(account.signingKey, 'file-1', 1000, signature, 1_000_001)).toBe(false)
  expect(isFileSignature(account.signingKey, 'file-1', 2000, signature, 999_000)).toBe(false)
  expect(isFileSignature(account.signingKey, 'file-2', 1000, signature, 999_000)).toBe(false)
})

test.each([
  [['https://www.example.com'], 'https://www.example.com', true],
  [['https://www.example.com'], 'https://WWW.example.com', true],
  [['https://www.example.com'], 'http://www.example.com', false],
  [['https://www.example.com'], 'https://www.example.com.evil.test', false],
  [['https://*.example.com'], 'https://shop.example.com', true],
  [['https://*.example.com'], 'https://a.b.example.com', true],
  [['https://*.example.com'], 'https://example.com', false],
  [['https://*.example.com'], 'https://evil.test/.example.com', false],
  [['https://*.example.com'], 'https://evilexample.com', false],
  [['http://localhost:5173'], 'http://localhost:5173', true],
  [['https://www.example.com'], undefined, false],
  [['https://www.example.com'], 'null', false],
  [[], 'https://anywhere.test', true],
])('with the list %j the origin %s is allowed: %s', (allowed, origin, expected) => {
  expect(isAllowedOrigin(allowed, origin)).toBe(expected)
})
