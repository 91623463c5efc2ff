import { sqlState } from '@centrala/store/errors.ts'

/** Connection lost, server starting or stopping, too many connections, or two transactions that met. */
const PASSING = /^(08|57P0|53|40001|40P01|55P03|25P0)/

/** Whether a failure of the database is likely over in a moment, so that the same work may be tried again. */
export function isPassing(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  return (
    PASSING.test(sqlState(error) ?? '') ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|connection timeout|Client has encountered a connection error/i.test(
      message,
    )
  )
}
