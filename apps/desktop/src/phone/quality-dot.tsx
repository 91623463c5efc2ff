import { useTranslation } from 'react-i18next'
import type { LegWord } from './quality.ts'

const BARS: Record<LegWord, number> = { unknown: 0, good: 3, fair: 2, poor: 1 }
const COLOURS: Record<LegWord, string> = { unknown: 'text-idle', good: 'text-ok', fair: 'text-warn', poor: 'text-bad' }

/** How well somebody is heard: three bars, so that it is seen without colour, with the word beside or for screen readers. */
export function QualityDot({ word, shown = false }: { word: LegWord; shown?: boolean }) {
  const { t } = useTranslation('call')
  return (
    <span className="inline-flex items-center gap-1" title={t(`leg.quality.${word}`)}>
      <svg width="11" height="10" viewBox="0 0 11 10" aria-hidden="true" className={`shrink-0 ${COLOURS[word]}`}>
        {[0, 1, 2].map(bar => (
          <rect
            key={bar}
            x={bar * 4}
            y={6 - bar * 3}
            width="3"
            height={4 + bar * 3}
            rx="1"
            fill="currentColor"
            opacity={bar < BARS[word] ? 1 : 0.28}
          />
        ))}
      </svg>
      <span className={shown ? '' : 'sr-only'}>{t(`leg.quality.${word}`)}</span>
    </span>
  )
}
