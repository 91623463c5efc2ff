import { clsx } from 'clsx'

/** Twelve quiet hues; a person keeps theirs, because it comes from the id. */
const HUES = [12, 40, 75, 110, 145, 175, 205, 235, 265, 295, 325, 350]

function hueOf(seed: string): number {
  let hash = 0
  for (const char of seed) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0
  return HUES[Math.abs(hash) % HUES.length] ?? 205
}

export function initials(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter(word => /^[\p{L}\p{N}]/u.test(word))
  const first = [...(words[0] ?? '')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}

interface AvatarProps {
  name: string
  /** Keeps the colour when the name changes; the id of the person. */
  seed?: string
  size?: 'xs' | 'sm' | 'md' | 'lg'
  className?: string
}

const SIZES = { xs: 'size-5 text-[9px]', sm: 'size-7 text-2xs', md: 'size-9 text-xs', lg: 'size-12 text-lg' }

/** A person by initials. Decorative: the name stands beside it. */
export function Avatar({ name, seed, size = 'sm', className }: AvatarProps) {
  const hue = hueOf(seed ?? name)
  return (
    <span
      aria-hidden
      className={clsx(
        'inline-grid shrink-0 select-none place-items-center rounded-full font-semibold',
        SIZES[size],
        className,
      )}
      style={{
        backgroundColor: `light-dark(oklch(0.92 0.045 ${hue}), oklch(0.34 0.05 ${hue}))`,
        color: `light-dark(oklch(0.4 0.09 ${hue}), oklch(0.88 0.06 ${hue}))`,
      }}
    >
      {initials(name)}
    </span>
  )
}
