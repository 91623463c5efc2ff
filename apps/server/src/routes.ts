import type { Handler } from './http/handle.ts'
import { sessionRoutes } from './routes/session.ts'

/** Every handler of the API. A noun's handlers are in routes/<noun>.ts; adding one is one line here. */
export const HANDLERS: Handler[] = [sessionRoutes].flat()
