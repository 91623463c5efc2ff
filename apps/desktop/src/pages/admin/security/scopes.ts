import type { Permission } from '@centrala/api/permission.ts'

/** `customer.read` → `customerRead`: a dot would be a path in the texts. */
export type ScopeKey<P extends string = Permission> = P extends `${infer Noun}.${infer Verb}`
  ? `${Noun}${Capitalize<Verb>}`
  : P

export const scopeKey = <P extends Permission>(permission: P): ScopeKey<P> =>
  permission.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase()) as ScopeKey<P>
