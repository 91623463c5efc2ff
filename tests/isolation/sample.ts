import type { z } from 'zod'

/** Makes values that a schema accepts. `id` gives the id to write for a field of that name. */
export interface Sampler {
  id(field: string): string
  /** The smallest value: optional fields and list items are left out. */
  lean?: boolean
}

/** Texts that some rule of the API asks for; the first that the schema accepts is taken. */
const TEXTS = [
  'Sample',
  'sample',
  'sample-text',
  'ana@example.com',
  'Europe/Zagreb',
  'hr',
  'HR',
  '2099-01-02',
  '2099-01-02T10:00:00.000Z',
  '08:00',
  'https://example.com/',
  'example.com',
  '/',
  '#0f766e',
  '123456',
  '1',
  'sample text that is long enough for a password',
]
/** The later end of a stretch of time. */
const LATER = ['2099-01-03', '2099-01-03T10:00:00.000Z', '16:00']
const NUMBERS = [1, 0, 10, 60, 100, 1000]
/** Places in lists are what lists gave, not what a caller makes up. */
const LEFT_OUT = ['after', 'before']

type Def = Record<string, unknown> & { type: string }
const defOf = (schema: z.ZodType) => schema._zod.def as unknown as Def

/**
 * A value for a schema, or undefined for one to be left out. Throws for a schema it knows nothing for: say in TEXTS, or for the route in
 * BODIES, what is right.
 */
export function sample(schema: z.ZodType, sampler: Sampler, field = ''): unknown {
  const def = defOf(schema)
  const inner = (key: string) => sample(def[key] as z.ZodType, sampler, field)
  switch (def.type) {
    case 'object':
      return sampleObject(def.shape as Record<string, z.ZodType>, sampler)
    case 'optional':
    case 'default':
    case 'prefault':
      return sampler.lean || LEFT_OUT.includes(field) ? undefined : inner('innerType')
    case 'nullable':
      return sampler.lean ? null : inner('innerType')
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return inner('innerType')
    case 'pipe':
      return defOf(def.in as z.ZodType).type === 'transform' ? inner('out') : inner('in')
    case 'lazy':
      return sample((def.getter as () => z.ZodType)(), sampler, field)
    case 'string':
      return def.format === 'uuid'
        ? sampler.id(field)
        : accepted(schema, field === 'to' ? [...LATER, ...TEXTS] : TEXTS, field)
    case 'number':
    case 'int':
      return accepted(schema, NUMBERS, field)
    case 'boolean':
      return true
    case 'enum':
      return Object.values(def.entries as Record<string, unknown>)[0]
    case 'literal':
      return (def.values as unknown[])[0]
    case 'array': {
      const item =
        sampler.lean && schema.safeParse([]).success ? [] : [sample(def.element as z.ZodType, sampler, field)]
      return item
    }
    case 'tuple':
      return (def.items as z.ZodType[]).map((item, at) =>
        at > 0 && schema.safeParse(['08:00', '16:00']).success ? '16:00' : sample(item, sampler, field),
      )
    case 'record':
      return {}
    case 'union':
      return sample((def.options as z.ZodType[])[0] as z.ZodType, sampler, field)
    case 'unknown':
    case 'any':
      return 'sample'
    default:
      throw new Error(`No sample is known for a schema of type "${def.type}" (field "${field}").`)
  }
}

function sampleObject(shape: Record<string, z.ZodType>, sampler: Sampler): Record<string, unknown> {
  const entries = Object.entries(shape).map(([name, type]) => [name, sample(type, sampler, name)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function accepted(schema: z.ZodType, values: unknown[], field: string): unknown {
  const value = values.find(one => schema.safeParse(one).success)
  if (value === undefined)
    throw new Error(`No sample is accepted by the field "${field}". Add one to TEXTS or NUMBERS.`)
  return value
}

/** Every place in a value that holds this text, as paths. */
export function placesOf(
  value: unknown,
  text: (one: string) => boolean,
  path: (string | number)[] = [],
): (string | number)[][] {
  if (typeof value === 'string') return text(value) ? [path] : []
  if (Array.isArray(value)) return value.flatMap((one, at) => placesOf(one, text, [...path, at]))
  if (value && typeof value === 'object')
    return Object.entries(value).flatMap(([name, one]) => placesOf(one, text, [...path, name]))
  return []
}

/** The value with another text at a place. */
export function replaceAt(value: unknown, [step, ...rest]: (string | number)[], text: string): unknown {
  if (step === undefined) return text
  if (Array.isArray(value)) return value.map((one, at) => (at === step ? replaceAt(one, rest, text) : one))
  const object = value as Record<string, unknown>
  return { ...object, [step]: replaceAt(object[step], rest, text) }
}
