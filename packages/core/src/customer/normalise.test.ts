import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultCountry, IDENTITY_KINDS, normaliseAddress, normaliseEmail, normalisePhone } from './normalise.ts'
import { isPublicMailDomain } from './public-mail.ts'

test('an e-mail address is written in one way, however it was typed', () => {
  expect(normaliseEmail(' Ana.Horvat@Example.COM ')).toBe('ana.horvat@example.com')
  expect(normaliseEmail('ana@TVRĐAVA.hr')).toBe(normaliseEmail('ana@xn--tvrava-d3a.hr'))
  expect(normaliseEmail('ana@пример.срб')).toBe('ana@xn--e1afmkfd.xn--90a3ac')
  expect(normaliseEmail('Jose\u0301@example.com')).toBe('jos\u00e9@example.com')
})

test('dots and tags are other mailboxes', () => {
  expect(normaliseEmail('ana.h+shop@example.com')).toBe('ana.h+shop@example.com')
})

test.each([
  '',
  'ana',
  '@example.com',
  'ana@',
  'ana@exa mple.com',
  'ana@a/b',
  'a\nb@example.com',
  '<ana@example.com>',
  'ana@[10.0.0.1]',
])('%j is no e-mail address', text => expect(normaliseEmail(text)).toBeNull())

test('a phone number is written in one way, whoever dials it', () => {
  for (const text of ['091 234 5678', '091/2345-678', '+385 91 234 5678', '00385912345678'])
    expect(normalisePhone(text, 'HR')).toBe('+385912345678')
  expect(normalisePhone('+40 721 234 567', 'HR')).toBe('+40721234567')
})

test.each(['', '12', 'call me', '091 234 5678'])('%j is no phone number without a country', text =>
  expect(normalisePhone(text)).toBeNull(),
)

test('bare numbers are read in the country that the tenant set, else where its language is spoken', () => {
  expect(defaultCountry({ country: 'BA' }, 'hr')).toBe('BA')
  expect(defaultCountry({}, 'hr')).toBe('HR')
  expect(defaultCountry({}, 'sr-Latn')).toBe('RS')
  expect(defaultCountry({}, 'en')).toBeUndefined()
})

test('a number with more prefixes than it has is the number without them', () => {
  expect(normaliseAddress('phone', '+49 00 301234567')).toBe(normaliseAddress('phone', '+49 301234567'))
})

test('what is normalised stays as it is when normalised again, and nothing makes it throw', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.emailAddress(),
    fc.stringMatching(/^\+?[0-9 ()/-]{3,20}$/),
  )
  fc.assert(
    fc.property(fc.constantFrom(...IDENTITY_KINDS), typed, (kind, text) => {
      const once = normaliseAddress(kind, text, 'HR')
      if (once !== null) expect(normaliseAddress(kind, once, 'HR')).toBe(once)
    }),
  )
})

test('people at a public provider have nothing in common', () => {
  expect(isPublicMailDomain('gmail.com')).toBe(true)
  expect(isPublicMailDomain('yahoo.co.uk')).toBe(true)
  expect(isPublicMailDomain('tvrdava.hr')).toBe(false)
})
