import { type Announcement, announcementText } from '@centrala/core/flow/announcement.ts'
import type { Source } from '@centrala/media/play/source.ts'
import type { Call } from '../call/call.ts'

/** What the house itself says, in the caller's language, ready to be played. */
export function announced(
  call: Call,
  announcements: readonly Announcement[],
  language: string | null,
): Promise<Source[]> {
  const spoken = language ?? call.tenant?.locale ?? 'en'
  return call.node.sounds.of(
    call.tenantId,
    announcements.map(one => ({ text: announcementText(one, spoken) })),
    spoken,
  )
}
