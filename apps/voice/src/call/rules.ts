import type { MemberRules } from '@centrala/media/endpoint/media.ts'

/** A member of a call's room, as far as it matters to who hears whom. */
export interface Listener {
  /** Of its audio in the room. */
  id: string
  kind: 'customer' | 'agent' | 'supervisor' | 'outside'
  mode: 'listen' | 'whisper' | 'barge' | null
}

export interface Arrangement {
  /** The customer (and whoever is outside, but `consulted`) hears and says nothing to anybody: hold, park, consult, music, menu. */
  aside: boolean
  /** The member that an agent consults. */
  consulted: string | null
}

const NOBODY: MemberRules = { hears: [], heardBy: [] }

/** Who hears whom. Hold, consult, listen, whisper and barge are nothing but this. */
export function rulesOf(members: readonly Listener[], { aside, consulted }: Arrangement): Map<string, MemberRules> {
  const agents = members.filter(member => member.kind === 'agent').map(member => member.id)
  return new Map(
    members.map((member): [string, MemberRules] => {
      if (member.kind === 'supervisor') {
        if (member.mode === 'barge') return [member.id, {}]
        return [member.id, { hears: 'all', heardBy: member.mode === 'whisper' ? agents : [] }]
      }
      const away = aside && member.id !== consulted && member.kind !== 'agent'
      return [member.id, away ? NOBODY : {}]
    }),
  )
}
