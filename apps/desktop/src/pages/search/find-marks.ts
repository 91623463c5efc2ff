/** Letters one types without their signs; each stays one character, so that places in the folded text are places in the text. */
const fold = (char: string): string => {
  const bare = char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const plain = bare === 'đ' ? 'd' : bare
  return plain.length === 1 ? plain : (plain[0] ?? char)
}

/** Where the words of a query stand in a text, whatever their diacritics: `[start, end)`, in order, without overlap. */
export function findMarks(text: string, query: string): [number, number][] {
  const folded = [...text]
    .flatMap(char => [fold(char), ...Array.from({ length: char.length - 1 }, () => '\0')])
    .join('')
  const words = [...query]
    .map(char => (/\s/.test(char) ? ' ' : fold(char)))
    .join('')
    .split(' ')
    .filter(word => word.length >= 2)
  const marks: [number, number][] = []
  for (const word of words)
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + word.length))
      marks.push([at, at + word.length])
  return marks
    .sort((a, b) => a[0] - b[0])
    .filter((mark, index, all) => index === 0 || mark[0] >= (all[index - 1]?.[1] ?? 0))
}
