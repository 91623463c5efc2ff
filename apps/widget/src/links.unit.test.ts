import { expect, test } from 'vitest'
import { withLinks } from './links.ts'

const links = (text: string) => withLinks(text).flatMap(piece => piece.href ?? [])

test.each([
  ['See https://example.com/a?b=1#c.', ['https://example.com/a?b=1#c']],
  ['(https://example.com/a_(b))', ['https://example.com/a_(b)']],
  ['www.example.com, or ana@example.com!', ['https://www.example.com', 'mailto:ana@example.com']],
  ['https://a.example and http://b.example', ['https://a.example', 'http://b.example']],
  ['javascript:alert(1) data:text/html,x file:///etc/passwd', []],
  ['“https://example.com/ž”', ['https://example.com/ž”']],
  ['no links here', []],
])('in “%s” the links are %j', (text, expected) => {
  expect(links(text)).toEqual(expected)
})

test('the pieces together are the text, whatever it is', () => {
  for (const text of ['', 'a https://b c', 'https://x', `www.${'a'.repeat(50_000)}`, `${'a@'.repeat(20_000)}`])
    expect(
      withLinks(text)
        .map(piece => piece.text)
        .join(''),
    ).toBe(text)
})
