import { STATUS_CODES } from 'node:http'
import type { Problem } from '@centrala/api/problem.ts'
import { sqlState } from '@centrala/store/errors.ts'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../refusal.ts'

const FROM_FASTIFY: Record<string, [number, string, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'request.malformed', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'request.malformed', 'The body is empty. Send a JSON object.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    'request.tooLarge',
    'The request is larger than 1 MiB. Send large content as a file.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'request.mediaType', 'Send the body as application/json.'],
  FST_REQ_FILE_TOO_LARGE: [413, 'file.tooLarge', 'The file is larger than 25 MiB.'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: [415, 'request.mediaType', 'Send the file as multipart/form-data.'],
}

// What the database refuses in the words of people: unique, foreign key, check.
const FROM_DATABASE: Record<string, [number, string, string]> = {
  '23505': [409, 'name.taken', 'There is already one with this name. Choose another.'],
  '23503': [409, 'reference.broken', 'This names something that does not exist, or something else still uses it.'],
  '23514': [400, 'request.invalid', 'A value is outside of what is allowed.'],
  // Class 22: a value that no text, date or number of ours can be. NUL (U+0000) is one that JSON allows and PostgreSQL does not.
  '22021': [400, 'request.invalid', 'A text holds a character that cannot be kept (U+0000). Remove it.'],
  '22P05': [400, 'request.invalid', 'A text holds a character that cannot be kept (U+0000). Remove it.'],
  '22P02': [400, 'request.invalid', 'A value is not understood. Take it from what the interface gave.'],
  '22007': [400, 'request.invalid', 'A date or time is not understood. Write it as 2026-01-31T09:15:00Z.'],
  '22008': [400, 'request.invalid', 'A date or time is outside of what is allowed.'],
  '40P01': [503, 'database.busy', 'Two changes met. Try again in a moment.'],
  '40001': [503, 'database.busy', 'Two changes met. Try again in a moment.'],
  '57P01': [503, 'database.away', 'The database is restarting. Try again in a moment.'],
  '57P03': [503, 'database.away', 'The database is starting. Try again in a moment.'],
}

/** Every error as problem details. A bug is logged whole and told to the caller without its insides. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return problem(error.status, error.code, error.message, error)
  const known = FROM_FASTIFY[(error as FastifyError).code] ?? FROM_DATABASE[sqlState(error) ?? '']
  if (known) return problem(...known)
  if (
    (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ||
    (error as Error).message?.includes('Connection terminated')
  ) {
    return problem(503, 'database.away', 'The database cannot be reached. Try again in a moment.')
  }
  const status = (error as FastifyError).statusCode
  if (status && status >= 400 && status < 500) return problem(status, 'request.refused', (error as Error).message)
  return problem(500, 'server.fault', 'Something went wrong on our side. It has been logged; try again in a moment.')
}

function problem(
  status: number,
  code: string,
  detail: string,
  more: Pick<Problem, 'fields' | 'retryAfterSeconds' | 'phrase'> = {},
): Problem {
  const { fields, retryAfterSeconds, phrase } = more
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    code,
    detail,
    ...(phrase && { phrase }),
    ...(fields && { fields }),
    ...(retryAfterSeconds && { retryAfterSeconds }),
  }
}

export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const said = problemOf(error)
  if (said.status >= 500) request.log.error({ err: error }, 'request failed')
  if (said.retryAfterSeconds) reply.header('retry-after', String(said.retryAfterSeconds))
  return reply.code(said.status).type('application/problem+json').send(JSON.stringify(said))
}
