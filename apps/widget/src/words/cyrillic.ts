const PAIRS: Record<string, string> = { lj: 'љ', nj: 'њ', dž: 'џ' }
const LATIN = 'abvgdđežzijklmnoprstćufhcčš'
const CYRILLIC = 'абвгдђежзијклмнопрстћуфхцчш'

/** Serbian Latin written in Cyrillic; `{variables}` stay as they are. */
export function toCyrillic(text: string): string {
  return text.replace(/\{\w+\}|lj|nj|dž|\p{L}/giu, part => {
    if (part.startsWith('{')) return part
    const lower = part.toLowerCase()
    const letter = PAIRS[lower] ?? CYRILLIC[LATIN.indexOf(lower)] ?? part
    return lower[0] === part[0] ? letter : letter.toUpperCase()
  })
}
