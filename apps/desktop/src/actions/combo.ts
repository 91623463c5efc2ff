/**
 * Key combinations as text: `mod+k` (Ctrl, or Cmd on a Mac), `shift+enter`, a single key `?`, or a sequence `g i`.
 */
export interface Pressed {
  key: string
  /** The key's place, e.g. `KeyY`: with Alt held, some systems change the character. */
  code?: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

const NAMES: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  alt: isMac ? '⌥' : 'Alt',
  shift: isMac ? '⇧' : 'Shift',
  enter: '↵',
  esc: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  space: '␣',
}

/** What is written on this machine's keys, in the order they are pressed. */
export function keyNames(combo: string): string[] {
  return combo
    .split(' ')
    .flatMap(step => step.split('+'))
    .map(key => NAMES[key] ?? key.toUpperCase())
}

const ALIASES: Record<string, string> = {
  escape: 'esc',
  ' ': 'space',
  arrowup: 'up',
  arrowdown: 'down',
  arrowleft: 'left',
  arrowright: 'right',
}

/** The step that a press makes, e.g. `mod+k`. Shift counts only where it does not already change the character. */
export function pressedStep(event: Pressed): string {
  const letterKey = event.altKey ? /^Key([A-Z])$/.exec(event.code ?? '')?.[1] : undefined
  const raw = (letterKey ?? event.key).toLowerCase()
  const key = ALIASES[raw] ?? raw
  const mod = isMac ? event.metaKey : event.ctrlKey
  const named = key.length > 1
  const letter = /^\p{L}$/u.test(key)
  return [mod && 'mod', event.altKey && 'alt', event.shiftKey && (named || letter) && 'shift', key]
    .filter(Boolean)
    .join('+')
}

/** True for combos that a person typing text would also produce; they act only outside text fields. */
export const isPlain = (combo: string): boolean => !/mod\+|alt\+/.test(combo) && !/^(esc|f\d+)$/.test(combo)

/**
 * Follows presses through sequences. Returns the combo that is complete, or null while none is.
 * `g i` needs its second key within 1.2 s.
 */
export function createSequence(known: () => Iterable<string>) {
  let first = ''
  let until = 0
  return (step: string, now: number): string | null => {
    const combos = [...known()]
    const both = first !== '' && now < until ? `${first} ${step}` : step
    const match = combos.includes(both) ? both : combos.includes(step) ? step : null
    if (match !== null) {
      first = ''
      return match
    }
    const starts = combos.some(combo => combo.startsWith(`${step} `))
    first = starts ? step : ''
    until = now + 1200
    return null
  }
}
