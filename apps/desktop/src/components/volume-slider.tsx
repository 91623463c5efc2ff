import { Slider } from 'radix-ui'
import { useState } from 'react'
import { useFormat } from '../i18n/format.ts'

export interface VolumeSliderProps {
  /** Names it for who does not see it. */
  label: string
  /** 0 to 1, as stored. */
  volume: number
  /** The person has let go of it. */
  onChoose(volume: number): void
}

/** How loud something sounds, with its figure beside. */
export function VolumeSlider({ label, volume, onChoose }: VolumeSliderProps) {
  const [moved, setMoved] = useState(volume)
  const format = useFormat()
  const percent = Math.round(moved * 100)
  return (
    <>
      <Slider.Root
        value={[percent]}
        max={100}
        step={5}
        onValueChange={([value = 0]) => setMoved(value / 100)}
        onValueCommit={([value = 0]) => onChoose(value / 100)}
        className="relative flex h-6 w-48 touch-none items-center"
      >
        <Slider.Track className="h-1 grow rounded-full bg-pressed">
          <Slider.Range className="absolute h-1 rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb aria-label={label} className="block size-4 rounded-full bg-accent shadow-card" />
      </Slider.Root>
      <span className="figures w-10 text-muted">{format.percent(percent / 100)}</span>
    </>
  )
}
