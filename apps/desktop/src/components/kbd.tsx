import { clsx } from 'clsx'
import { keyNames } from '../actions/combo.ts'

/** A key combination such as `mod+k` or the sequence `g i`, drawn as keys of this machine. */
export function Kbd({ keys, inverse = false }: { keys: string; inverse?: boolean }) {
  return (
    <span className="inline-flex gap-0.5 font-sans pointer-coarse:hidden" aria-hidden>
      {keyNames(keys).map((name, index) => (
        <kbd
          key={`${name}${index}`}
          className={clsx(
            'inline-grid h-4.5 min-w-4.5 place-items-center rounded-sm px-1 font-sans text-2xs leading-none',
            inverse ? 'bg-canvas/20 text-canvas' : 'bg-sunken text-muted ring-1 ring-line ring-inset',
          )}
        >
          {name}
        </kbd>
      ))}
    </span>
  )
}
