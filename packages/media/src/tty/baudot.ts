/** The five-bit code of text telephones (ITU-T V.18 annex A table A.1, TIA-825-A): International Alphabet 2 with American figures. */

export const FIGURES_SHIFT = 0x1b
export const LETTERS_SHIFT = 0x1f

const LETTERS = '\bE\nA SIU\rDRJNFCKTZLWHYPQOBG\0MXV\0'
const FIGURES = '\b3\n- -87\r$4\',!:(5")2=6019?+\0./;\0'

export interface Code {
  code: number
  /** Which shift it needs; null for those that are the same in both (space, CR, LF, erase). */
  figures: boolean | null
}

const CODES = new Map<string, Code>()
for (let code = 0; code < 32; code++) {
  const letter = LETTERS[code]!
  const figure = FIGURES[code]!
  if (letter === '\0') continue
  if (letter === figure) CODES.set(letter, { code, figures: null })
  else {
    CODES.set(letter, { code, figures: false })
    if (!CODES.has(figure)) CODES.set(figure, { code, figures: true })
  }
}

/** What stands for signs the code lacks (after V.18 table A.2, save for @, which people spell out). */
const STAND_INS: Readonly<Record<string, string>> = {
  '@': '(AT)',
  '#': '$',
  '%': '/',
  '&': '+',
  '*': '.',
  '<': '(',
  '>': ')',
  '[': '(',
  ']': ')',
  '{': '(',
  '}': ')',
  '\\': '/',
  '|': '/',
  '^': "'",
  '`': "'",
  _: '-',
  '~': '-',
  '€': 'EUR',
  '£': 'GBP',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  ß: 'SS',
  Æ: 'AE',
  Ø: 'O',
  Ł: 'L',
  Đ: 'D',
  Œ: 'OE',
  Þ: 'TH',
  ı: 'I',
  '\t': ' ',
  '\u00a0': ' ',
  '\u2028': '\r\n',
}

/** The codes of a text: without case or accents, a newline as CR LF; what has no likeness becomes `?`, what has no width nothing. */
export function spell(text: string): Code[] {
  const codes: Code[] = []
  for (const character of text.replaceAll(/\r\n|\r|\n/g, '\r\n').normalize('NFC')) {
    const known = CODES.get(character)
    if (known) codes.push(known)
    else for (const sign of replacement(character)) codes.push(CODES.get(sign) ?? CODES.get('?')!)
  }
  return codes
}

function replacement(character: string): string {
  const upper = character.toUpperCase()
  const standIn = STAND_INS[character] ?? STAND_INS[upper]
  if (standIn !== undefined) return standIn
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no width.
  return upper.normalize('NFD').replaceAll(/[\p{M}\p{Cf}\x00-\x1f\x7f]/gu, '')
}

/** What is typed at a shift. Returns '' for the shifts themselves. CR is dropped and LF is `\n`, so that a line ends once. */
export class BaudotReader {
  #figures = false

  read(code: number): string {
    if (code === FIGURES_SHIFT || code === LETTERS_SHIFT) {
      this.#figures = code === FIGURES_SHIFT
      return ''
    }
    const character = (this.#figures ? FIGURES : LETTERS)[code] ?? ''
    return character === '\r' ? '' : character
  }
}
