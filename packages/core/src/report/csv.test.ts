import { expect, test } from 'vitest'
import { writeCsv } from './csv.ts'

test('texts that a spreadsheet would run are made harmless; numbers stay numbers', () => {
  const formula = '=HYPERLINK("http://x","y")'
  expect(writeCsv([[formula, '+1', '@a', '-2', ' =1', '\t=1', -2.5, null]])).toBe(
    `"'=HYPERLINK(""http://x"",""y"")",'+1,'@a,'-2,' =1,'\t=1,-2.5,\r\n`,
  )
})
test('separators, quotes and line ends stay inside their cell', () => {
  expect(writeCsv([['a,b', 'say "no"', 'two\nlines', 'Živković']])).toBe('"a,b","say ""no""","two\nlines",Živković\r\n')
})
