import type { Phrase } from '@centrala/api/phrase.ts'
import type { Names } from '@centrala/core/routing/describe.ts'
import type { RoutingPhrase } from '@centrala/core/routing/phrase.ts'
import type { Tx } from '@centrala/store/database.ts'

/** Names by id, for words about decisions. */
export async function routingNames(tx: Tx): Promise<Names> {
  const [agents, queues, skills] = await Promise.all([
    tx.db.selectFrom('users').select(['id', 'name']).execute(),
    tx.db.selectFrom('queue').select(['id', 'name']).execute(),
    tx.db.selectFrom('skill').select(['id', 'name']).execute(),
  ])
  const names = new Map([...agents, ...queues, ...skills].map(row => [row.id, row.name]))
  return (_, id) => names.get(id) ?? 'someone removed'
}

/** Phrases with the names of what they speak of: `agentId` gains `agent`, and so on. */
export function namePhrases(phrases: readonly RoutingPhrase[], names: Names): Phrase[] {
  const named = (params: RoutingPhrase['params']) => {
    const all = { ...params }
    for (const kind of ['agent', 'skill', 'queue'] as const) {
      const id = params[`${kind}Id`]
      if (typeof id === 'string') all[kind] = names(kind, id)
    }
    return all
  }
  return phrases.map(({ code, params, parts = [] }) => ({
    code,
    params: named(params),
    parts: parts.map(part => ({ code: part.code, params: named(part.params) })),
  }))
}
