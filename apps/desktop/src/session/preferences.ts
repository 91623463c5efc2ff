import { CHANNELS } from '@centrala/api/channel.ts'
import { changeMe, type Me } from '@centrala/api/session.ts'
import { z } from 'zod'
import { api, queries } from '../api.ts'
import { toast } from '../components/toast.tsx'
import { problemWords } from '../i18n/problem-words.ts'
import { meQuery, useMe } from './me.ts'

/** How one person likes to work. Kept with the user on the server, so that it is the same at every desk. */
const Preferences = z.object({
  /** In chats Enter sends and Shift-Enter breaks the line; otherwise Ctrl-Enter sends everywhere. */
  enterSends: z.boolean().catch(true),
  soundVolume: z.number().min(0).max(1).catch(0.6),
  /** Of calls, which may ring on another speaker than the rest. */
  ringVolume: z.number().min(0).max(1).catch(0.8),
  silentChannels: z.array(z.enum(CHANNELS)).catch([]),
  messageSound: z.boolean().catch(true),
  browserNotifications: z.boolean().catch(true),
})
export type Preferences = z.infer<typeof Preferences>

export const preferencesOf = (settings: Record<string, unknown>): Preferences =>
  Preferences.parse(settings.desktop ?? {})

export function usePreferences(): Preferences {
  return preferencesOf(useMe().settings)
}

/** Shows the change at once and takes it back if the server refuses it. */
export async function changePreferences(change: Partial<Preferences>): Promise<void> {
  const before = queries.getQueryData<Me>(meQuery.queryKey)
  if (!before) return
  const settings = { ...before.settings, desktop: { ...preferencesOf(before.settings), ...change } }
  queries.setQueryData<Me>(meQuery.queryKey, { ...before, settings })
  try {
    queries.setQueryData(meQuery.queryKey, await api.call(changeMe, { body: { settings } }))
  } catch (error) {
    queries.setQueryData(meQuery.queryKey, before)
    toast({ tone: 'bad', title: problemWords(error) })
  }
}
