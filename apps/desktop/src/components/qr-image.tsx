import { useMemo } from 'react'
import { qrCode } from './qr-code.ts'

/** A QR code, always dark on light: many readers know nothing else. */
export function QrImage({ text, label, size = 176 }: { text: string; label: string; size?: number }) {
  const modules = useMemo(() => qrCode(text), [text])
  const width = modules.length + 8
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : ''))).join('')
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${width} ${width}`}
      className="shrink-0 rounded-md bg-white"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  )
}
