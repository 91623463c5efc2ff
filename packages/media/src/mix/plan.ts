import type { AudioCodec, Feed, MemberRules } from '../endpoint/media.ts'

export interface PlanMember {
  id: string
  rules: MemberRules
  /** Something it says may be heard: not muted, its direction lets it send to us. */
  audible: boolean
  codec: AudioCodec | null
}

export interface PlanPlayback {
  targets: 'room' | ReadonlySet<string>
  only: boolean
  /** Plays as it is: its stored encoding can be sent. */
  plain: boolean
}

/** How one member is fed. */
export interface ListenerPlan<P> {
  feed: Feed
  /** Ids of the members heard, by relay or in the mix. */
  sources: string[]
  playbacks: P[]
}

/** Who hears whom and by which road: the rules of a room as a pure function. The cheapest road that does it: relay one voice, send one stored sound, else mix. */
export function planRoom<P extends PlanPlayback>(
  members: readonly PlanMember[],
  playbacks: readonly P[],
): Map<string, ListenerPlan<P>> {
  const plan = new Map<string, ListenerPlan<P>>()
  for (const listener of members) {
    const heard = playbacks.filter(one => one.targets === 'room' || one.targets.has(listener.id))
    const only = heard.some(one => one.only)
    const voices = only ? [] : members.filter(source => source.audible && hears(listener, source))
    plan.set(listener.id, {
      feed: feedOf(listener, voices, heard),
      sources: voices.map(source => source.id),
      // The newest exclusive sound wins over older ones.
      playbacks: only ? heard.filter(one => one.only).slice(-1) : heard,
    })
  }
  return plan
}

function hears(listener: PlanMember, source: PlanMember): boolean {
  const { hears } = listener.rules
  const { heardBy } = source.rules
  // `all` is everybody else; oneself is heard when named, for an echo test.
  const listens = hears === undefined || hears === 'all' ? listener.id !== source.id : hears.includes(source.id)
  return listens && (heardBy === undefined || heardBy === 'all' || heardBy.includes(listener.id))
}

function feedOf(listener: PlanMember, voices: readonly PlanMember[], heard: readonly PlanPlayback[]): Feed {
  if (listener.codec === null) return 'none'
  if (heard.length === 0 && voices.length === 0) return 'none'
  if (heard.length === 0 && voices.length === 1 && relayable(voices[0]!.codec, listener.codec)) return 'relay'
  const exclusive = heard.filter(one => one.only)
  const played = exclusive.length > 0 ? exclusive.slice(-1) : heard
  return voices.length === 0 && played.length === 1 && played[0]!.plain ? 'play' : 'mix'
}

/** Equal codecs, or A-law and µ-law, which a table turns into each other. */
function relayable(from: AudioCodec | null, to: AudioCodec): boolean {
  return from === to || (from !== null && from !== 'G722' && to !== 'G722')
}
