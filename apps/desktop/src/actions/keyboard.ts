import { keep } from '../keep.ts'
import { allActions } from './actions.ts'
import { createSequence, isPlain, pressedStep } from './combo.ts'

const KEY = 'centrala.singleKeys'

/** Single-key shortcuts can be switched off, for people whose speech or hands press keys by accident (WCAG 2.1.4). */
export const singleKeysOn = (): boolean => localStorage.getItem(KEY) !== 'off'
export const setSingleKeys = (on: boolean): void => keep(KEY, on ? 'on' : 'off')

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|range|color|file)$/.test(target.type)))

/** True while a menu, list box or dialog has the keyboard: its own keys come first. */
const isTaken = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role=menu],[role=listbox],[role=dialog],[role=alertdialog]') !== null

/** Listens to the whole page and fires the registered action. Returns the way to stop. */
export function listenToKeyboard(): () => void {
  const follow = createSequence(() => allActions().flatMap(action => action.keys ?? []))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || /^(Shift|Control|Alt|Meta)$/.test(event.key)) return
    const step = pressedStep(event)
    const typing = isTyping(event.target)
    if (isPlain(step) && (typing || !singleKeysOn())) return
    if (isTaken(event.target) && step !== 'mod+k') return
    // Enter and space on a button are that button's.
    if (/^(enter|space)$/.test(step) && event.target instanceof Element && event.target.closest('button,a,summary'))
      return
    const combo = follow(step, performance.now())
    if (combo === null) return
    const action = allActions().findLast(
      candidate => candidate.keys === combo && (!typing || candidate.whileTyping === true),
    )
    if (action === undefined) return
    event.preventDefault()
    action.run()
  }
  window.addEventListener('keydown', onKeyDown)
  return () => window.removeEventListener('keydown', onKeyDown)
}
