/** Characters people put between digits, or paste with them: spaces of all kinds, dashes, dots, brackets, direction marks. */
const BETWEEN = /[\s\p{Pd}\p{Cf}.()/\\[\]]+/gu

/**
 * A number as it is dialled: digits with a plus before a country code, or null where the text is no number. `00` at the beginning becomes the plus;
 * a national number stays as it is, since the server knows the country. `(0)` after a country code is left out, as nobody dials it.
 */
export function cleanNumber(text: string): string | null {
  const trunk = text
    .replace(/^\s*(tel|callto|sip):/i, '')
    .replace(/[;?@].*$/, '')
    .replace(/(?<=^\s*(\+|00)[\d\s.-]{1,8})\(0\)/, '')
  const bare = trunk.replace(BETWEEN, '').replace(/^00(?=[1-9])/, '+')
  return /^\+[1-9]\d{4,14}$/.test(bare) || /^[\d*#]{2,15}$/.test(bare) ? bare : null
}

/** Whether a text that somebody types is meant as a phone number, and not as a word or an order number. */
export function looksLikeNumber(text: string): boolean {
  const clean = cleanNumber(text)
  return clean !== null && (clean.startsWith('+') || /^\s*\(?0\d/.test(text)) && clean.replace('+', '').length >= 6
}

/** ITU-T E.164: country codes of one and two digits; all others have three. */
const ONE = /^[17]/
const TWO = /^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

/** A number in groups that can be read aloud: `+385 123 456 78`. What is not international stays as it is. */
export function prettyNumber(number: string): string {
  const digits = /^\+(\d{5,15})$/.exec(number)?.[1]
  if (digits === undefined) return number
  const code = ONE.test(digits) ? 1 : TWO.test(digits) ? 2 : 3
  const groups: string[] = []
  for (let rest = digits.slice(code); rest !== ''; ) {
    const take = rest.length <= 4 ? rest.length : 3
    groups.push(rest.slice(0, take))
    rest = rest.slice(take)
  }
  return `+${digits.slice(0, code)} ${groups.join(' ')}`
}
