import { superviseNow } from '@centrala/api/supervise.ts'
import { handle } from '../http/handle.ts'
import { readNow } from '../report/supervise-now.ts'

export const superviseRoutes = [handle(superviseNow, ({ work }) => work(tx => readNow(tx, new Date())))]
