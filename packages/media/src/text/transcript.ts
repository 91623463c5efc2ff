import { LOST_TEXT } from './receive.ts'

/** Erases the character before it (ITU-T T.140 section 8.3). */
const BACKSPACE = '\b'

/**
 * What a person has typed, as it stands after erasing: applies T.140's presentation codes. Lines are separated by `\n`. Bells, byte-order marks and
 * graphic renditions (`CSI … m`) are dropped; the marker of lost text is kept and can be erased like a character.
 */
export class Transcript {
  #characters: string[] = []
  /** A control sequence that the last piece ended within. */
  #pending = ''

  /** Applies text as it came from a receiver, in any pieces. */
  apply(text: string): void {
    const input = (this.#pending + text).replaceAll('\r\n', '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control characters that T.140 speaks of.
    const unfinished = /(?:\r|\x1b(?:\[[\d;]*)?|\x9b[\d;]*)$/.exec(input)
    this.#pending = unfinished?.[0] ?? ''
    const whole = unfinished ? input.slice(0, unfinished.index) : input
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
    const plain = whole.replaceAll(/(?:\x1b\[|\x9b)[\d;]*[A-Za-z]/g, '').replaceAll(/[\r\u2028\u2029]/g, '\n')
    for (const character of plain) {
      if (character === BACKSPACE) this.#erase()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
      else if (!/[\x00-\x09\x0b-\x1f\x7f-\x9f\uFEFF]/.test(character)) this.#characters.push(character)
    }
  }

  get text(): string {
    return this.#characters.join('')
  }

  /** Lets the beginning go, `length` of `text` at most and whole characters only: it cannot be erased any more. Returns how much of `text` is gone. */
  forget(length: number): number {
    let gone = 0
    let count = 0
    for (const character of this.#characters) {
      if (gone + character.length > length) break
      gone += character.length
      count++
    }
    this.#characters.splice(0, count)
    return gone
  }

  /** Something was lost for good. */
  get damaged(): boolean {
    return this.#characters.includes(LOST_TEXT)
  }

  /** An erasure takes a letter with its combining marks. */
  #erase(): void {
    while (/^\p{M}/u.test(this.#characters.pop() ?? '')) {}
  }
}
