/** What a customer says about a person, besides addresses. */
export interface Profile {
  name: string | null
  companyId: string | null
  language: string | null
  timeZone: string | null
  attributes: Record<string, unknown>
  tags: string[]
}

const FIELDS = ['name', 'companyId', 'language', 'timeZone'] as const

/** What one customer got from another because it had none of its own. */
export interface Filled {
  fields: Partial<Record<(typeof FIELDS)[number], string>>
  attributes: Record<string, unknown>
  tags: string[]
  /** What was filled once and has been changed or removed by a person since: it is not filled again. `name`, `attributes.x`, `tags.x`. */
  declined: string[]
}

export const NOTHING_FILLED: Filled = { fields: {}, attributes: {}, tags: [], declined: [] }

/**
 * The kept customer with its gaps filled, in order, from those merged into it. What the kept one says itself is never overwritten.
 * @param kept as it is now, with what was filled before
 * @param merged each with what it filled before (nothing at first)
 * @returns the profile, and what each filled
 */
export function refill(kept: Profile, merged: { profile: Profile; filled: Filled }[]): [Profile, Filled[]] {
  let profile = merged.reduce((rest, one) => unfill(rest, one.filled), kept)
  const filled = merged.map(one => {
    const declined = [...one.filled.declined, ...overridden(kept, one.filled)]
    const [next, got] = fill(profile, one.profile, declined)
    profile = next
    return got
  })
  return [profile, filled]
}

/** The customer without what was filled; what a person has changed since stays. */
export function unfill(profile: Profile, filled: Filled): Profile {
  const rest: Profile = { ...profile }
  for (const field of FIELDS) if (field in filled.fields && rest[field] === filled.fields[field]) rest[field] = null
  rest.attributes = Object.fromEntries(
    Object.entries(profile.attributes).filter(
      ([name, value]) => !Object.hasOwn(filled.attributes, name) || filled.attributes[name] !== value,
    ),
  )
  rest.tags = profile.tags.filter(tag => !filled.tags.includes(tag))
  return rest
}

function fill(kept: Profile, other: Profile, declined: string[]): [Profile, Filled] {
  const fields: Filled['fields'] = {}
  for (const field of FIELDS) {
    const value = other[field]
    if (kept[field] === null && value !== null && !declined.includes(field)) fields[field] = value
  }
  const attributes = Object.fromEntries(
    Object.entries(other.attributes).filter(
      ([name]) => !Object.hasOwn(kept.attributes, name) && !declined.includes(`attributes.${name}`),
    ),
  )
  const tags = other.tags.filter(tag => !kept.tags.includes(tag) && !declined.includes(`tags.${tag}`))
  const profile: Profile = {
    ...kept,
    ...fields,
    attributes: { ...kept.attributes, ...attributes },
    tags: [...kept.tags, ...tags],
  }
  return [profile, { fields, attributes, tags, declined }]
}

function overridden(profile: Profile, filled: Filled): string[] {
  return [
    ...FIELDS.filter(field => field in filled.fields && profile[field] !== filled.fields[field]),
    ...Object.keys(filled.attributes)
      .filter(name => profile.attributes[name] !== filled.attributes[name])
      .map(name => `attributes.${name}`),
    ...filled.tags.filter(tag => !profile.tags.includes(tag)).map(tag => `tags.${tag}`),
  ]
}
