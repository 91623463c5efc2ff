import { dial } from '@centrala/api/call.ts'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, queries } from '../api.ts'
import { toast } from '../components/toast.tsx'
import { problemWords } from '../i18n/problem-words.ts'
import { keep } from '../keep.ts'
import { keys } from '../live/apply-event.ts'
import { learn } from '../pages/inbox/my-work.ts'
import { useMe } from '../session/me.ts'
import type { DialWish } from './door.ts'
import { openLineId } from './phone.ts'
import { rememberNumber } from './recent.ts'

const SHOWN_KEY = 'centrala.shownNumber'
/** Which of the company's numbers the called person sees; empty: as the administrator has set. */
export const shownNumberId = (): string => localStorage.getItem(SHOWN_KEY) ?? ''
export const showNumber = (id: string): void => keep(SHOWN_KEY, id)

/** Calls somebody and opens the conversation with them. A refusal is said where one looks. */
export function useDial(numberIds: readonly string[]) {
  const me = useMe()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: ({ number, customerId, interactionId }: DialWish) => {
      const numberId = numberIds.includes(shownNumberId()) ? shownNumberId() : null
      return api.call(dial, { body: { to: number, numberId, customerId, interactionId, lineId: openLineId() } })
    },
    onSuccess: ({ interaction, call }, wish) => {
      rememberNumber(me.id, wish.number)
      learn(interaction)
      queries.setQueryData(keys.myCalls, (calls: (typeof call)[] | undefined) =>
        calls && !calls.some(known => known.id === call.id) ? [...calls, call] : calls,
      )
      void queries.invalidateQueries({ queryKey: keys.calls(interaction.conversationId) })
      void navigate({ to: '/inbox/$interactionId', params: { interactionId: interaction.id } })
    },
    onError: error => toast({ tone: 'bad', title: problemWords(error), durationMs: 10_000 }),
  })
}
