/** The last hour in a word's space: a line without axes, with what it says as its name. */
export function Sparkline({
  values,
  label,
  width = 72,
  height = 20,
}: {
  values: readonly (number | null)[]
  label: string
  width?: number
  height?: number
}) {
  const known = values.filter(value => value !== null)
  const low = Math.min(...known)
  const span = Math.max(...known) - low || 1
  const step = width / Math.max(1, values.length - 1)
  let path = ''
  let drawing = false
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false
      return
    }
    const y = height - 2 - ((value - low) / span) * (height - 4)
    path += `${drawing ? 'L' : 'M'}${(index * step).toFixed(1)} ${y.toFixed(1)}`
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
