/** Who is to be told about what: members by the id of a conversation or customer. Ids are unique over all tenants. */
export interface Rooms<Member> {
  join(id: string, member: Member): void
  leave(id: string, member: Member): void
  members(id: string): ReadonlySet<Member>
}

export function createRooms<Member>(): Rooms<Member> {
  const rooms = new Map<string, Set<Member>>()
  const empty: ReadonlySet<Member> = new Set()
  return {
    join(id, member) {
      const room = rooms.get(id)
      if (room) room.add(member)
      else rooms.set(id, new Set([member]))
    },
    leave(id, member) {
      const room = rooms.get(id)
      room?.delete(member)
      if (room?.size === 0) rooms.delete(id)
    },
    members: id => rooms.get(id) ?? empty,
  }
}
