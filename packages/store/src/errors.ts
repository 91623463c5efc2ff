/** A refusal or fault of the store. `retryable`: the same call may succeed later. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  readonly retryable: boolean
  constructor(code: StoreErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'StoreError'
    this.code = code
    this.retryable = options.retryable ?? false
  }
}

export type StoreErrorCode =
  | 'postgres.missing'
  | 'postgres.start'
  | 'postgres.unreachable'
  | 'postgres.version'
  | 'data.inUse'
  | 'migration.changed'
  | 'migration.failed'
  | 'tenant.bad'
  | 'secret.bad'

/** SQLSTATE of a database error, or null: `23505` is a unique violation, `40001` and `40P01` may be tried again. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null
}
