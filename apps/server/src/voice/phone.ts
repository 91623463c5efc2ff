import type { Phone } from '@centrala/api/call.ts'
import type { Tx } from '@centrala/store/database.ts'
import type { Context } from '../http/context.ts'
import { Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { iceServers } from './ice-servers.ts'

/** Whether this person can have calls at all, and by what. */
export async function phone(
  services: Services,
  context: Context,
  work: <R>(task: (tx: Tx) => Promise<R>) => Promise<R>,
): Promise<Phone> {
  const { voice, env } = services
  const { tenantId, userId, permissions } = context
  if (!userId)
    throw new Refusal(403, 'session.needed', 'This is about a person. Sign in as one; an API key cannot do it.')
  return work(async tx => {
    const [phones, numbers, [rule]] = await Promise.all([
      tx.db.selectFrom('deskPhone').select(['id', 'name']).where('userId', '=', userId).orderBy('name').execute(),
      tx.db
        .selectFrom('channelAccount')
        .select(['id', 'name', 'config'])
        .where('channel', '=', 'voice')
        .where('active', '=', true)
        .orderBy('name')
        .execute(),
      // Emergency numbers can be called wherever there is a line out.
      tx.query('SELECT 1 FROM dial_rule WHERE allow UNION ALL SELECT 1 FROM trunk WHERE active LIMIT 1'),
    ])
    return {
      nodes: voice.nodes().map(node => ({ nodeId: node.id, connected: node.connected && !node.draining })),
      iceServers: iceServers(env, userId),
      deskPhones: phones.map(({ id, name }) => ({ id, name, registered: voice.phones.isRegistered(id) })),
      numbers: numbers.map(({ id, name, config }) => ({
        id,
        name,
        number: String((config as { number?: unknown }).number ?? ''),
      })),
      canDial: rule !== undefined && permissions.has('inbox.handle') && voice.nodes().length > 0,
      reachable: voice.phones.isReachable(tenantId, userId),
    }
  })
}
