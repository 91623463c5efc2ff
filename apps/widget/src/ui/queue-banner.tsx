import { useWidget } from './context.ts'

/** The place in line and how long it may take; honest about what nobody knows. */
export function QueueBanner() {
  const { state } = useWidget()
  const { place, voice } = state
  const { words } = voice
  const position = place?.position ?? null
  const said =
    position === null ? words.waiting : position === 1 ? words.next : voice.say(words.position, { n: position })
  return (
    <div class="queue" role="status">
      <span class="pulse" aria-hidden="true" />
      <p>
        <strong>{said}</strong>
        {place?.waitSeconds && <span>{voice.say(words.wait, { time: waitOf(place.waitSeconds, voice) })}</span>}
      </p>
    </div>
  )
}

function waitOf(
  { from, to }: { from: number; to: number },
  voice: ReturnType<typeof useWidget>['state']['voice'],
): string {
  const { words } = voice
  if (to < 60) return words.underMinute
  const [least, most] = [Math.max(1, Math.round(from / 60)), Math.ceil(to / 60)]
  return least >= most ? voice.count(words.minutes, most) : voice.count(words.minuteRange, most, { from: least })
}
