/** The value with one place inside changed; what is on the way there and not yet an object becomes one. */
export function replaced(value: unknown, [key = '', ...rest]: readonly string[], next: unknown): unknown {
  const inside = rest.length === 0 ? next : replaced((value as Record<string, unknown> | null)?.[key], rest, next)
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? inside : item))
  const { [key]: _, ...others } = (value ?? {}) as Record<string, unknown>
  return inside === undefined ? others : { ...others, [key]: inside }
}
