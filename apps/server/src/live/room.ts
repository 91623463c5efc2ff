import type { LiveEvent } from '@centrala/api/live.ts'
import { isForAll, peopleOf } from './audience.ts'
import type { Screen } from './live-hub.ts'

const NOBODY: ReadonlySet<Screen> = new Set()

/** The screens of a tenant, found by whom and what an event is about: most events concern two or three of a thousand. */
export class Room {
  readonly screens = new Set<Screen>()
  private readonly byUser = new Map<string, Set<Screen>>()
  private readonly byConversation = new Map<string, Set<Screen>>()
  private readonly supervising = new Set<Screen>()

  add(screen: Screen): void {
    const { userId, permissions } = screen.context
    this.screens.add(screen)
    if (userId) put(this.byUser, userId, screen)
    if (permissions.has('supervise.read')) this.supervising.add(screen)
  }

  delete(screen: Screen): void {
    this.watch(screen, [])
    this.screens.delete(screen)
    if (screen.context.userId) drop(this.byUser, screen.context.userId, screen)
    this.supervising.delete(screen)
  }

  watch(screen: Screen, conversationIds: Iterable<string>): void {
    for (const id of screen.watched) drop(this.byConversation, id, screen)
    screen.watched = new Set(conversationIds)
    if (this.screens.has(screen)) for (const id of screen.watched) put(this.byConversation, id, screen)
  }

  ofUser(userId: string): ReadonlySet<Screen> {
    return this.byUser.get(userId) ?? NOBODY
  }

  watching(conversationId: string): ReadonlySet<Screen> {
    return this.byConversation.get(conversationId) ?? NOBODY
  }

  /** The screens that an event may concern: all that `concerns` says yes to are among them. */
  audience(event: LiveEvent): ReadonlySet<Screen> {
    if (isForAll(event)) return this.screens
    const found = new Set(this.supervising)
    if (event.conversationId) for (const screen of this.watching(event.conversationId)) found.add(screen)
    for (const userId of peopleOf(event)) for (const screen of this.ofUser(userId)) found.add(screen)
    return found
  }
}

function put(index: Map<string, Set<Screen>>, key: string, screen: Screen): void {
  const there = index.get(key)
  if (there) there.add(screen)
  else index.set(key, new Set([screen]))
}

function drop(index: Map<string, Set<Screen>>, key: string, screen: Screen): void {
  const there = index.get(key)
  there?.delete(screen)
  if (there?.size === 0) index.delete(key)
}
