import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/actions.ts'
import { serverNow } from '../components/clock.ts'
import { Duration } from '../components/duration.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../components/menu.tsx'
import { PresenceDot } from '../components/presence-dot.tsx'
import { clockDuration } from '../i18n/format.ts'
import { myInteractionsQuery } from '../pages/inbox/my-work.ts'
import { myCallsQuery, myPart } from '../phone/calls.ts'
import { useCan, useMe } from '../session/me.ts'
import { type PresenceChoice, usePresence } from './presence.ts'

/** My state with the time in it; reasons for being away; and, at work, the state to go to afterwards. */
export function PresenceMenu() {
  const { t } = useTranslation(['frame', 'common'])
  const can = useCan()
  const handles = can('inbox.handle')
  const { presence, reasons, working, choose } = usePresence(handles)
  const helps = useHelps()
  const section = t('section.presence')
  const name = (state: string, reasonId: string | null) =>
    reasons.find(reason => reason.id === reasonId)?.name ?? t(`common:presence.${state as 'away'}`)
  const choices: PresenceChoice[] = [
    { state: 'available', reasonId: null },
    ...(reasons.length === 0 ? [{ state: 'away' as const, reasonId: null }] : []),
    ...reasons.map(reason => ({ state: 'away' as const, reasonId: reason.id })),
    { state: 'offline', reasonId: null },
  ]
  useActions(
    presence
      ? choices.map(choice => ({
          id: `presence.${choice.state}.${choice.reasonId ?? ''}`,
          title: `${section}: ${name(choice.state, choice.reasonId)}`,
          section,
          ...(choice.state === 'available' ? { keys: 'alt+a', whileTyping: true } : {}),
          run: () => choose(choice),
        }))
      : [],
  )
  if (!handles || !presence) return null
  const state = presence.state === 'available' && helps ? 'busy' : presence.state
  const label = name(state, presence.reasonId)
  const next = presence.nextState && name(presence.nextState, presence.nextReasonId)
  return (
    <Menu
      label={t('presence.choose')}
      className="w-64"
      trigger={
        <button
          type="button"
          title={t('presence.label', {
            state: label,
            time: clockDuration(serverNow() - Date.parse(presence.since)),
          })}
          className="flex h-8 min-w-0 items-center gap-2 rounded-full bg-surface pr-2.5 pl-3 ring-1 ring-line ring-inset transition-colors hover:bg-hover pointer-coarse:h-10"
        >
          <PresenceDot presence={state} />
          <span className="truncate font-medium max-sm:max-w-24">{label}</span>
          {next && (
            <span className="truncate text-muted text-xs max-lg:hidden">{t('presence.next', { state: next })}</span>
          )}
          {presence.state !== 'offline' && <Duration since={presence.since} className="text-muted max-sm:hidden" />}
          <ChevronDown size={14} aria-hidden className="shrink-0 text-faint" />
        </button>
      }
    >
      {presence.state === 'notResponding' && (
        <p className="mb-1 rounded-md bg-bad-soft p-2 text-bad-ink text-xs">{t('presence.missed')}</p>
      )}
      {working && (
        <>
          <MenuLabel>{t('presence.after')}</MenuLabel>
          <p className="px-2 pb-1 text-muted text-xs">{t('presence.afterHint')}</p>
        </>
      )}
      {choices.map((choice, index) => {
        const isNext = presence.nextState === choice.state && presence.nextReasonId === choice.reasonId
        const isNow = presence.state === choice.state && presence.reasonId === choice.reasonId
        const chosen = working ? isNext || (choice.state === 'available' && presence.nextState === null) : isNow
        return (
          <div key={`${choice.state}${choice.reasonId}`}>
            {(choice.state === 'offline' || index === 1) && <MenuSeparator />}
            <MenuItem
              icon={
                <span className="grid w-4 place-items-center">
                  <PresenceDot presence={choice.state} />
                </span>
              }
              checked={chosen}
              keys={choice.state === 'available' ? 'alt+a' : undefined}
              onSelect={() => choose(choice)}
            >
              {name(choice.state, choice.reasonId)}
            </MenuItem>
          </div>
        )
      })}
    </Menu>
  )
}

/** Whether I am in a call that is a colleague's: nothing is offered to my phone meanwhile. Calls and work are fetched by those who show them. */
function useHelps(): boolean {
  const me = useMe()
  const calls = useQuery({ ...myCallsQuery, enabled: false }).data ?? []
  const work = useQuery({ ...myInteractionsQuery, enabled: false }).data
  const mine = new Set(work?.map(item => item.id))
  return calls.some(call => !['agent', null].includes(myPart(call, me.id, mine)))
}
