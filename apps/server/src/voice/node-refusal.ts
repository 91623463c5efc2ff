import { Refusal } from '../refusal.ts'
import type { Reply } from './voice-node.ts'

/** What a node would not do, as a refusal of ours: `phone.<code>` (409), or `node.…` (503) where the node could not be asked. */
export function nodeRefusal({ code, detail }: Extract<Reply, { ok: false }>): Refusal {
  return code.startsWith('node.')
    ? new Refusal(503, code, detail, { retryAfterSeconds: 2 })
    : new Refusal(409, phoneCode(code), detail)
}

export function phoneCode(code: string): string {
  return code.includes('.') ? code : `phone.${code}`
}
