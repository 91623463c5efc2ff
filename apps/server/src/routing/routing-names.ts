import type { Tx } from '@centrala/store/database.ts'

/** Names by id, for words about decisions. */
export async function routingNames(tx: Tx) {
  const [agents, queues, skills] = await Promise.all([
    tx.db.selectFrom('users').select(['id', 'name']).execute(),
    tx.db.selectFrom('queue').select(['id', 'name']).execute(),
    tx.db.selectFrom('skill').select(['id', 'name']).execute(),
  ])
  const byId = (rows: { id: string; name: string }[]) => {
    const names = new Map(rows.map(row => [row.id, row.name]))
    return (id: string) => names.get(id) ?? 'someone removed'
  }
  return { agent: byId(agents), queue: byId(queues), skill: byId(skills) }
}
