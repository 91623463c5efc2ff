/** The last hour in a word's space: a line without axes, with what it says as its name. */
export function Sparkline({
  values,
  label,
  range,
  reference,
  width = 72,
  height = 20,
}: {
  values: readonly (number | null)[]
  label: string
  /** What the bottom and the top stand for; without it, the least and the greatest value. */
  range?: readonly [number, number]
  /** A dashed line to compare with, e.g. the target. */
  reference?: number
  width?: number
  height?: number
}) {
  const known = values.filter(value => value !== null)
  const low = range?.[0] ?? Math.min(...known)
  const span = (range?.[1] ?? Math.max(...known)) - low || 1
  const place = (value: number) => height - 2 - ((value - low) / span) * (height - 4)
  const step = width / Math.max(1, values.length - 1)
  let path = ''
  let drawing = false
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false
      return
    }
    // A value alone between gaps is a point: a line of no length, drawn by its round ends.
    path += `${drawing ? 'L' : 'M'}${(index * step).toFixed(1)} ${place(value).toFixed(1)}${drawing ? '' : 'h0'}`
    drawing = true
  })
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="text-accent-ink"
    >
      {reference !== undefined && known.length > 0 && (
        <path d={`M0 ${place(reference)}H${width}`} stroke="var(--line-strong)" strokeDasharray="2 3" />
      )}
      {known.length > 0 && (
        <path
          d={path}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      )}
    </svg>
  )
}
