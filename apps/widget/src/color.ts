/** Colours that go with the company's own, readable by WCAG 2.2 (contrast at least 4.5). */

type Rgb = [number, number, number]

/** Ink on the colour: white, unless black is needed to be read. */
export function inkOn(color: string): string {
  return contrast(parse(color), [255, 255, 255]) >= 4 ? '#ffffff' : '#14181f'
}

/** The colour, moved towards black (or white) until it can be read as text on a background. */
export function readableOn(color: string, background: string): string {
  const ground = parse(background)
  const target: Rgb = luminance(ground) > 0.4 ? [0, 0, 0] : [255, 255, 255]
  let ink = parse(color)
  for (let step = 0; step < 20 && contrast(ink, ground) < 4.5; step++)
    ink = ink.map((part, index) => Math.round(part + (target[index]! - part) * 0.12)) as Rgb
  return `#${ink.map(part => part.toString(16).padStart(2, '0')).join('')}`
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

export function parse(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map(part => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
