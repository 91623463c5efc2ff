import type { VoiceConfig } from '@centrala/api/voice-config.ts'
import type { VoiceNode } from './voice-node.ts'

export interface Line {
  lineId: string
  tenantId: string
  userId: string
  nodeId: string
  connected: boolean
  /** The one used last is rung first: a person may have several tabs and machines. */
  usedAt: number
}

/** Whose phones are connected to which node: lines of browsers and registered desk phones. In memory only: the nodes tell it anew every two seconds. */
export class Phones {
  private readonly lines = new Map<string, Line>()
  /** userId by desk phone, from the configuration; nodes name the phones alone. */
  private owners = new Map<string, { tenantId: string; userId: string }>()
  private phonesOf = new Map<string, string[]>()
  private registered = new Map<string, Set<string>>()
  /** Desk phones whose owners talk with a colleague, by node. */
  private talking = new Map<string, Set<string>>()
  private reachable = new Map<string, Set<string>>()
  /** Who is in a call that is not theirs, by call. */
  private readonly guests = new Map<string, { tenantId: string; userIds: Set<string> }>()
  /** Who works without a screen, by desk phone alone: `tenant/user`. */
  private readonly screenless = new Set<string>()
  private readonly listeners = new Set<(tenantId: string, userId: string) => void>()

  /** Told when somebody's first phone is connected or their last one is gone, when it is taken by another's call or free again, and when they go on without a screen or have one again. */
  onChange(listener: (tenantId: string, userId: string) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  configure(config: VoiceConfig): void {
    this.owners = new Map(
      config.tenants.flatMap(({ tenantId, deskPhones }) =>
        deskPhones.map(({ id, userId }) => [id, { tenantId, userId }] as const),
      ),
    )
    this.phonesOf = new Map()
    for (const [id, { tenantId, userId }] of this.owners) {
      const phones = this.phonesOf.get(`${tenantId} ${userId}`)
      if (phones) phones.push(id)
      else this.phonesOf.set(`${tenantId} ${userId}`, [id])
    }
    this.compare()
  }

  opened(line: Omit<Line, 'connected' | 'usedAt'>): void {
    this.lines.set(line.lineId, { ...line, connected: true, usedAt: Date.now() })
    this.compare()
  }

  closed(lineId: string): void {
    this.lines.delete(lineId)
    this.compare()
  }

  /** The person's line with this id, or the one used last; on this node where one is named. */
  lineOf(tenantId: string, userId: string, wanted: { lineId?: string | null; nodeId?: string }): Line | null {
    const mine = [...this.lines.values()].filter(
      line =>
        line.tenantId === tenantId &&
        line.userId === userId &&
        (!wanted.lineId || line.lineId === wanted.lineId) &&
        (!wanted.nodeId || line.nodeId === wanted.nodeId),
    )
    return mine.sort((a, b) => Number(b.connected) - Number(a.connected) || b.usedAt - a.usedAt)[0] ?? null
  }

  /** Whether a line is there under this id that is not this person's. */
  isAnothers(lineId: string, tenantId: string, userId: string): boolean {
    const line = this.lines.get(lineId)
    return line !== undefined && (line.tenantId !== tenantId || line.userId !== userId)
  }

  /** From now on this line is the person's first. */
  use(lineId: string): void {
    const line = this.lines.get(lineId)
    if (line) line.usedAt = Date.now()
  }

  /** The nodes at which desk phones of this person are registered. */
  deskNodes(tenantId: string, userId: string): string[] {
    const mine = this.phonesOf.get(`${tenantId} ${userId}`) ?? []
    return [...this.registered].flatMap(([nodeId, phones]) => (mine.some(id => phones.has(id)) ? [nodeId] : []))
  }

  /** The nodes at which this person can be reached, in an order that every server knows. */
  nodesOf(tenantId: string, userId: string): string[] {
    const lines = [...this.lines.values()].filter(
      line => line.tenantId === tenantId && line.userId === userId && line.connected,
    )
    return [...new Set([...lines.map(({ nodeId }) => nodeId), ...this.deskNodes(tenantId, userId)])].sort()
  }

  isRegistered(deskPhoneId: string): boolean {
    return [...this.registered.values()].some(phones => phones.has(deskPhoneId))
  }

  isReachable(tenantId: string, userId: string): boolean {
    return this.reachable.get(tenantId)?.has(userId) ?? false
  }

  /** Whether this person is in a call that is somebody else's (asked, in a conference, listening), or talks with a colleague by desk phone. No call can be offered to them meanwhile. */
  isGuest(tenantId: string, userId: string): boolean {
    for (const guests of this.guests.values())
      if (guests.tenantId === tenantId && guests.userIds.has(userId)) return true
    for (const phones of this.talking.values())
      for (const id of phones) {
        const owner = this.owners.get(id)
        if (owner?.tenantId === tenantId && owner.userId === userId) return true
      }
    return false
  }

  /** Whose phones can ring at these nodes, and who is in a call that is somebody else's, by tenant. */
  everybody(isAt: (nodeId: string) => boolean): Map<string, { phones: string[]; guests: string[] }> {
    const all = new Map<string, { phones: string[]; guests: string[] }>()
    for (const [tenantId, users] of this.who(isAt)) all.set(tenantId, { phones: [...users], guests: [] })
    for (const { tenantId, userIds } of this.guests.values()) {
      const one = all.get(tenantId) ?? { phones: [], guests: [] }
      one.guests.push(...userIds)
      all.set(tenantId, one)
    }
    return all
  }

  hasGuests(callId: string): boolean {
    return this.guests.has(callId)
  }

  /** Who is in this call although it is not theirs; nobody once it has ended. */
  setGuests(tenantId: string, callId: string, userIds: readonly string[]): void {
    const before = this.guests.get(callId)?.userIds ?? new Set<string>()
    const now = new Set(userIds)
    if (now.size > 0) this.guests.set(callId, { tenantId, userIds: now })
    else this.guests.delete(callId)
    for (const userId of new Set([...before, ...now]))
      if (before.has(userId) !== now.has(userId)) this.tell(tenantId, userId)
  }

  /** Another server knows who is in these calls. */
  forgetGuests(callIds: readonly string[]): void {
    for (const callId of callIds) {
      const guests = this.guests.get(callId)
      if (guests) this.setGuests(guests.tenantId, callId, [])
    }
  }

  /** Whether this person works by a desk phone alone: calls can be offered to them, and nothing else. */
  isScreenless(tenantId: string, userId: string): boolean {
    return this.screenless.has(`${tenantId}/${userId}`)
  }

  setScreenless(tenantId: string, userId: string, on: boolean): void {
    const key = `${tenantId}/${userId}`
    if (on === this.screenless.has(key)) return
    if (on) this.screenless.add(key)
    else this.screenless.delete(key)
    this.tell(tenantId, userId)
  }

  /** What a node says is connected to it takes the place of what was known. */
  told(node: VoiceNode): void {
    const { state } = node
    if (!state) return
    const known = new Set(state.lines.map(line => line.lineId))
    for (const [lineId, line] of this.lines)
      if (line.nodeId === node.id && !known.has(lineId)) this.lines.delete(lineId)
    for (const { lineId, userId, tenantId, connected, usedAt: told = 0 } of state.lines) {
      const before = this.lines.get(lineId)
      const usedAt = Math.max(before?.usedAt ?? 0, told) // it may be used by way of another server
      if (before?.nodeId === node.id) Object.assign(before, { connected, usedAt })
      else this.lines.set(lineId, { lineId, tenantId, userId, nodeId: node.id, connected, usedAt })
    }
    this.registered.set(
      node.id,
      new Set(state.deskPhones.filter(phone => phone.registered).map(phone => phone.deskPhoneId)),
    )
    this.takeTalking(node.id, new Set(state.deskPhones.filter(phone => phone.inCall).map(phone => phone.deskPhoneId)))
    this.compare()
  }

  private takeTalking(nodeId: string, phones: Set<string>): void {
    const before = this.talking.get(nodeId) ?? new Set()
    if (phones.size > 0) this.talking.set(nodeId, phones)
    else this.talking.delete(nodeId)
    for (const id of new Set([...before, ...phones])) {
      const owner = this.owners.get(id)
      if (owner && before.has(id) !== phones.has(id)) this.tell(owner.tenantId, owner.userId)
    }
  }

  /** A node went away, and what was connected to it. */
  lost(nodeId: string): void {
    for (const [lineId, line] of this.lines) if (line.nodeId === nodeId) this.lines.delete(lineId)
    this.registered.delete(nodeId)
    this.takeTalking(nodeId, new Set())
    this.compare()
  }

  /** Whose phones can ring at these nodes, by tenant. */
  private who(isAt: (nodeId: string) => boolean): Map<string, Set<string>> {
    const who = new Map<string, Set<string>>()
    const add = ({ tenantId, userId }: { tenantId: string; userId: string }) => {
      const users = who.get(tenantId) ?? new Set()
      who.set(tenantId, users.add(userId))
    }
    for (const line of this.lines.values()) if (line.connected && isAt(line.nodeId)) add(line)
    for (const [nodeId, phones] of this.registered)
      for (const id of isAt(nodeId) ? phones : []) {
        const owner = this.owners.get(id)
        if (owner) add(owner)
      }
    return who
  }

  private compare(): void {
    const next = this.who(() => true)
    const before = this.reachable
    this.reachable = next
    for (const [tenantId, users] of next)
      for (const userId of users) if (!before.get(tenantId)?.has(userId)) this.tell(tenantId, userId)
    for (const [tenantId, users] of before)
      for (const userId of users) if (!next.get(tenantId)?.has(userId)) this.tell(tenantId, userId)
  }

  private tell(tenantId: string, userId: string): void {
    for (const listener of this.listeners) listener(tenantId, userId)
  }
}
