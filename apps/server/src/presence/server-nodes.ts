import { hostname } from 'node:os'
import type { Services } from '../services.ts'

/** Who is connected to a server node, of one tenant. */
export interface Connected {
  /** Users who have a screen open. */
  screens: string[]
  /** Users who have a phone that can ring: a browser's line or a desk phone. */
  phones: string[]
  /** Users who are in a call that is somebody else's. */
  guests: string[]
  /** Conversations whose visitor is there. */
  chats: string[]
}

/**
 * Who is connected to the other server nodes of the installation. Every node writes its own down, a moment after a change and every few seconds, and
 * reads the others'; a node that was not heard of for a while has nobody. With one node nobody is elsewhere.
 */
export interface ServerNodes {
  /** This node's name. */
  name: string
  /** How many other nodes there are. */
  others(): number
  /** Where voice nodes reach the other nodes. */
  servers(): { name: string; url: string }[]
  /** Told when those have changed. */
  onServers(listener: () => void): void
  /** This node is reached there from now on. */
  reachedAt(url: string): void
  hasScreen(tenantId: string, userId: string): boolean
  hasPhone(tenantId: string, userId: string): boolean
  isGuest(tenantId: string, userId: string): boolean
  hasChat(tenantId: string, conversationId: string): boolean
  chats(tenantId: string): string[]
  /** When another server node was last known to be this voice node's main one, epoch ms; 0: never. */
  voiceNodeSeenAt(nodeId: string): number
  /** Asked for what is connected here. */
  from(source: () => Map<string, Partial<Connected>>): void
  /** What is connected here has changed. */
  changed(): void
  /** Somebody's phone elsewhere came or went. */
  onPhone(listener: (tenantId: string, userId: string) => void): void
  /** A node that people were connected to is gone. */
  onLost(listener: (tenantId: string) => void): void
  stop(): Promise<void>
}

/** One process at a time works on a data folder. */
export const nodeName = (dataDir: string) => `${hostname()}:${dataDir}`

const ROUND_MS = 1000
const SOON_MS = 100
/** How often a node that has nothing new says that it is there, and when it is taken for gone. */
const RENEW_MS = 3000
const GONE_SECONDS = 10

interface Row {
  tenantId: string
  node: string
  screens: string[]
  phones: string[]
  guests: string[]
  chats: string[]
  voiceNodes: string[]
  url: string | null
}

interface Elsewhere {
  screens: Set<string>
  phones: Set<string>
  guests: Set<string>
  chats: Set<string>
}

const NOBODY: Elsewhere = { screens: new Set(), phones: new Set(), guests: new Set(), chats: new Set() }

export function startServerNodes({
  db,
  env,
  hub,
  log,
  voice,
}: Pick<Services, 'db' | 'env' | 'hub' | 'log' | 'voice'>): ServerNodes {
  const name = nodeName(env.DATA_DIR)
  const sources: (() => Map<string, Partial<Connected>>)[] = [
    () => new Map([...hub.tenants()].map(tenantId => [tenantId, { screens: hub.people(tenantId) }])),
    () => voice.phones.everybody(voice.leads),
  ]
  const phoneListeners: ((tenantId: string, userId: string) => void)[] = []
  const lostListeners: ((tenantId: string) => void)[] = []
  const written = new Map<string, { text: string; at: number }>()
  let elsewhere = new Map<string, Elsewhere>()
  let known = new Set<string>()
  let others = 0
  let ownUrl: string | null = null
  let servers: { name: string; url: string }[] = []
  const serverListeners: (() => void)[] = []
  const voiceNodesSeenAt = new Map<string, number>()
  let working: Promise<void> | undefined
  let again = false
  let soon: NodeJS.Timeout | undefined
  let stopped = false

  function round(): Promise<void> {
    again = true
    working ??= (async () => {
      while (again && !stopped) {
        again = false
        await write()
        await read()
      }
    })()
      .catch(error => log.warn({ err: error }, 'who is connected to which node could not be exchanged'))
      .finally(() => {
        working = undefined
      })
    return working
  }

  async function write(): Promise<void> {
    const here = await connectedHere()
    const now = Date.now()
    const voiceNodes = voice.nodes().flatMap(node => (node.main ? node.id : []))
    for (const tenantId of new Set([...here.keys(), ...written.keys()])) {
      const own = here.get(tenantId)
      if (!own) {
        await db.tenant(tenantId, tx => tx.query('DELETE FROM server_node WHERE node = $1', [name]))
        written.delete(tenantId)
        continue
      }
      const values = [own.screens, own.phones, own.guests, own.chats, voiceNodes, ownUrl]
      const text = JSON.stringify(values)
      const before = written.get(tenantId)
      if (before?.text === text && now - before.at < RENEW_MS) continue
      await db.tenant(tenantId, tx =>
        tx.query(
          `INSERT INTO server_node (node, screen_user_ids, phone_user_ids, guest_user_ids, chat_conversation_ids, voice_node_ids, url)
           VALUES ($1, $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7)
           ON CONFLICT (tenant_id, node) DO UPDATE SET seen_at = now(), screen_user_ids = excluded.screen_user_ids, phone_user_ids = excluded.phone_user_ids,
             guest_user_ids = excluded.guest_user_ids, chat_conversation_ids = excluded.chat_conversation_ids, voice_node_ids = excluded.voice_node_ids, url = excluded.url`,
          [name, ...values],
        ),
      )
      written.set(tenantId, { text, at: now })
    }
  }

  async function connectedHere(): Promise<Map<string, Connected>> {
    const all = new Map<string, Connected>()
    const of = (tenantId: string) => {
      const one = all.get(tenantId) ?? { screens: [], phones: [], guests: [], chats: [] }
      all.set(tenantId, one)
      return one
    }
    for (const source of sources)
      for (const [tenantId, connected] of source()) {
        const one = of(tenantId)
        for (const key of ['screens', 'phones', 'guests', 'chats'] as const)
          if (connected[key]) one[key] = [...new Set(connected[key])].sort()
      }
    // A node to which nobody is connected is told of with the first tenant.
    if (all.size === 0) {
      const { rows } = await db.log.query<{ id: string }>(
        'SELECT tenant_id AS id FROM tenant ORDER BY tenant_id LIMIT 1',
      )
      for (const { id } of rows) of(id)
    }
    return all
  }

  async function read(): Promise<void> {
    const { rows } = await db.log.query<Row>(
      `SELECT tenant_id AS "tenantId", node, screen_user_ids AS screens, phone_user_ids AS phones, guest_user_ids AS guests,
              chat_conversation_ids AS chats, voice_node_ids AS "voiceNodes", url
         FROM server_node WHERE node <> $1 AND seen_at > now() - make_interval(secs => $2)`,
      [name, GONE_SECONDS],
    )
    const before = elsewhere
    elsewhere = new Map()
    for (const [tenantId, list] of Map.groupBy(rows, row => row.tenantId))
      elsewhere.set(tenantId, {
        screens: new Set(list.flatMap(row => row.screens)),
        // What is connected to a voice node that is linked here too is known here at first hand.
        phones: new Set(list.flatMap(row => (isLinkedHere(row) ? [] : row.phones))),
        guests: new Set(list.flatMap(row => row.guests)),
        chats: new Set(list.flatMap(row => row.chats)),
      })
    others = new Set(rows.map(row => row.node)).size
    takeServers(new Map(rows.flatMap(row => (row.url ? [[row.node, row.url]] : []))))
    for (const nodeId of rows.flatMap(row => row.voiceNodes)) voiceNodesSeenAt.set(nodeId, Date.now())
    for (const tenantId of new Set([...before.keys(), ...elsewhere.keys()])) tellPhones(tenantId, before.get(tenantId))
    const present = new Set(rows.map(row => `${row.tenantId} ${row.node}`))
    const lost = new Set([...known].filter(key => !present.has(key)).map(key => key.slice(0, 36)))
    known = present
    for (const tenantId of lost) for (const listener of lostListeners) listener(tenantId)
  }

  const isLinkedHere = ({ voiceNodes }: Row) => voiceNodes.length > 0 && voiceNodes.every(id => voice.node(id))

  function takeServers(urls: Map<string, string>): void {
    const fresh = [...urls].map(([node, url]) => ({ name: node, url })).sort((a, b) => (a.name < b.name ? -1 : 1))
    if (JSON.stringify(fresh) === JSON.stringify(servers)) return
    servers = fresh
    for (const listener of serverListeners) listener()
  }

  function tellPhones(tenantId: string, before = NOBODY): void {
    const now = elsewhere.get(tenantId) ?? NOBODY
    for (const key of ['phones', 'guests'] as const)
      for (const userId of new Set([...before[key], ...now[key]]))
        if (before[key].has(userId) !== now[key].has(userId))
          for (const listener of phoneListeners) listener(tenantId, userId)
  }

  function changed(): void {
    soon ??= setTimeout(() => {
      soon = undefined
      round()
    }, SOON_MS)
  }

  hub.onScreens(changed)
  const offPhones = voice.phones.onChange(changed)
  const timer = setInterval(round, ROUND_MS)

  return {
    name,
    others: () => others,
    servers: () => servers,
    onServers: listener => serverListeners.push(listener),
    reachedAt(url) {
      ownUrl = url
      changed()
    },
    hasScreen: (tenantId, userId) => elsewhere.get(tenantId)?.screens.has(userId) ?? false,
    hasPhone: (tenantId, userId) => elsewhere.get(tenantId)?.phones.has(userId) ?? false,
    isGuest: (tenantId, userId) => elsewhere.get(tenantId)?.guests.has(userId) ?? false,
    hasChat: (tenantId, conversationId) => elsewhere.get(tenantId)?.chats.has(conversationId) ?? false,
    chats: tenantId => [...(elsewhere.get(tenantId)?.chats ?? [])],
    voiceNodeSeenAt: nodeId => voiceNodesSeenAt.get(nodeId) ?? 0,
    from: source => sources.push(source),
    changed,
    onPhone: listener => phoneListeners.push(listener),
    onLost: listener => lostListeners.push(listener),
    async stop() {
      stopped = true
      offPhones()
      clearInterval(timer)
      clearTimeout(soon)
      await working
      for (const tenantId of written.keys())
        await db.tenant(tenantId, tx => tx.query('DELETE FROM server_node WHERE node = $1', [name])).catch(() => {})
    },
  }
}
