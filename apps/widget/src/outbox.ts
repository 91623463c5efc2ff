import type { WebchatFile } from '@centrala/api/webchat.ts'
import type { Memory } from './memory.ts'

/** Something the visitor said that the server has not stored yet. */
export interface Pending {
  clientId: string
  text: string
  files: WebchatFile[]
  /** Answers of the pre-chat form, with what begins a chat. */
  fields: Record<string, string> | null
  at: string
  /** Why it was refused, where it was. */
  problem: string | null
}

/** Kept over reloads of the tab, so that what was written is sent exactly once, however often the connection breaks. */
export interface Outbox {
  all(): Pending[]
  add(said: Pick<Pending, 'text' | 'files' | 'fields'>): Pending
  /** Stored by the server; the pending one, if it was ours. */
  done(clientId: string): Pending | undefined
  refuse(clientId: string, problem: string): void
  again(clientId: string): void
  remove(clientId: string): void
}

export function createOutbox(memory: Memory, changed: (all: Pending[]) => void): Outbox {
  let all = memory.tab.get<Pending[]>('outbox') ?? []
  const update = (next: Pending[]) => {
    all = next
    memory.tab.set('outbox', next.length > 0 ? next : null)
    changed(next)
  }
  const change = (clientId: string, problem: string | null) =>
    update(all.map(pending => (pending.clientId === clientId ? { ...pending, problem } : pending)))
  return {
    all: () => all,
    add(said) {
      const pending = { ...said, clientId: newId(), at: new Date().toISOString(), problem: null }
      update([...all, pending])
      return pending
    },
    done(clientId) {
      const pending = all.find(each => each.clientId === clientId)
      if (pending) update(all.filter(each => each !== pending))
      return pending
    },
    refuse: change,
    again: clientId => change(clientId, null),
    remove: clientId => update(all.filter(each => each.clientId !== clientId)),
  }
}

/** 128 random bits; `crypto.randomUUID` is missing on pages without TLS. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
