const LETTERS: Record<string, string> = Object.fromEntries(
  [...'абвгдежзиклмнопрстуфхцчшыэйјћѓќѕіїєґ'].map((letter, at) => [
    letter,
    'abvgdezziklmnoprstufhccsyejjcgksiieg'[at] ?? '',
  ]),
)
const MORE: Record<string, string> = {
  ...{
    љ: 'lj',
    њ: 'nj',
    џ: 'dz',
    щ: 'sc',
    ю: 'ju',
    я: 'ja',
    ё: 'e',
    ђ: 'd',
    đ: 'd',
    ъ: '',
    ь: '',
    ß: 'ss',
    ł: 'l',
    ø: 'o',
    æ: 'ae',
  },
}

/** One letter as people type it on any keyboard: lower case, no diacritics, Cyrillic as Latin. The database's fold() in the small. */
function foldLetter(letter: string): string {
  const small = letter.toLowerCase()
  return MORE[small] ?? LETTERS[small] ?? small.normalize('NFD').replace(/\p{M}/gu, '')
}

/**
 * The part of a text that a search found, at most `length` characters long, with … where something is left out. Where the words are
 * spelled otherwise than in the query (search forgives typos), the beginning.
 */
export function excerpt(text: string, query: string, length = 240): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  if (flat.length <= length) return flat
  const words = [...query].map(foldLetter).join('').split(/\s+/).filter(Boolean)
  let folded = ''
  const origin: number[] = []
  let at = 0
  for (const letter of flat.slice(0, 20_000)) {
    const small = foldLetter(letter)
    for (let i = 0; i < small.length; i++) origin.push(at)
    folded += small
    at += letter.length
  }
  const places = words.map(word => folded.indexOf(word)).filter(place => place >= 0)
  const hit = places.length > 0 ? (origin[Math.min(...places)] ?? 0) : 0
  const from = Math.max(0, Math.min(hit - Math.floor(length / 4), flat.length - length))
  const to = from + length
  return `${from > 0 ? '…' : ''}${flat.slice(from, to).toWellFormed()}${to < flat.length ? '…' : ''}`
}
