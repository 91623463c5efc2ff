import { useTranslation } from 'react-i18next'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']
const LETTERS: Record<string, string> = {
  2: 'ABC',
  3: 'DEF',
  4: 'GHI',
  5: 'JKL',
  6: 'MNO',
  7: 'PQRS',
  8: 'TUV',
  9: 'WXYZ',
  0: '+',
}

/** The twelve keys of a telephone. */
export function Keypad({ onKey }: { onKey: (key: string) => void }) {
  const { t } = useTranslation('call')
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's
    <div role="group" aria-label={t('keypad.title')} className="mx-auto grid w-52 grid-cols-3 gap-1.5">
      {KEYS.map(key => (
        <button
          key={key}
          type="button"
          aria-label={key === '*' ? t('keypad.star') : key === '#' ? t('keypad.hash') : key}
          onClick={() => onKey(key)}
          className="figures flex h-12 flex-col items-center justify-center rounded-lg bg-sunken font-medium text-lg leading-none transition-colors hover:bg-hover active:bg-pressed"
        >
          {key}
          <span aria-hidden className="mt-1 h-2 font-normal text-2xs text-faint leading-none tracking-widest">
            {LETTERS[key]}
          </span>
        </button>
      ))}
    </div>
  )
}
