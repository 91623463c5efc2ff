import { forcePresence } from '@centrala/api/presence.ts'
import type { AgentNow, Now } from '@centrala/api/supervise.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { Ellipsis, ListFilter } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Duration } from '../../components/duration.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../../components/menu.tsx'
import { PresenceDot } from '../../components/presence-dot.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { toast } from '../../components/toast.tsx'
import { SearchInput } from '../../components/toolbar.tsx'
import { presenceReasonsQuery } from '../../frame/presence.ts'
import { useFormat } from '../../i18n/format.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { useCan } from '../../session/me.ts'
import { shownState } from './problems.ts'
import { nowQuery } from './queries.ts'

const ORDER = ['notResponding', 'available', 'busy', 'wrapUp', 'away', 'offline'] as const
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

interface AgentGridProps {
  agents: readonly AgentNow[]
  capacityInUse: Now['capacityInUse']
  selectedId: string | null
  onSelect: (agentId: string) => void
}

/** Everyone who serves customers, those who need attention first; who is offline is folded away until asked for. */
export function AgentGrid({ agents, capacityInUse, selectedId, onSelect }: AgentGridProps) {
  const { t } = useTranslation(['supervisor', 'common'])
  const [state, setState] = useState<AgentNow['state'] | null>(null)
  const [text, setText] = useState('')
  const format = useFormat()
  const shown = agents.map(agent => ({ agent, state: shownState(agent) }))
  const counts = ORDER.map(one => ({ state: one, count: shown.filter(other => other.state === one).length }))
  const found = shown
    .filter(one => (state === null ? one.state !== 'offline' || text !== '' : one.state === state))
    .filter(one => fold(`${one.agent.name} ${one.agent.teamName ?? ''}`).includes(fold(text)))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.agent.name.localeCompare(b.agent.name))
  return (
    <div className="flex flex-col gap-2">
      {capacityInUse.now !== null && (
        <p className="text-muted text-xs">
          {t('agent.inUse')} <span className="figures font-semibold text-ink">{format.percent(capacityInUse.now)}</span>
          {capacityInUse.today !== null && (
            <span className="figures"> · {t('agent.inUseToday', { share: format.percent(capacityInUse.today) })}</span>
          )}
        </p>
      )}
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">{t('agent.byState')}</legend>
        {counts
          .filter(({ count }) => count > 0)
          .map(({ state: one, count }) => (
            <button
              key={one}
              type="button"
              aria-pressed={state === one}
              onClick={() => setState(state === one ? null : one)}
              className={clsx(
                'inline-flex h-7 items-center gap-1.5 rounded-full px-2.5 text-xs ring-1 ring-inset transition-colors pointer-coarse:h-9',
                state === one
                  ? 'bg-selected font-medium text-accent-ink ring-accent'
                  : 'text-muted ring-line hover:bg-hover hover:text-ink',
              )}
            >
              <PresenceDot presence={one} size={10} />
              {t(`common:presence.${one}`)}
              <span className="figures font-semibold text-ink">{count}</span>
            </button>
          ))}
      </fieldset>
      {agents.length > 12 && <SearchInput value={text} onChange={setText} label={t('agent.find')} />}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(185px,1fr))] gap-1.5">
        {found.map(one => (
          <li key={one.agent.userId}>
            <AgentCard
              {...one}
              selected={one.agent.userId === selectedId}
              onSelect={() => onSelect(one.agent.userId)}
            />
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className="py-4 text-center text-muted">{t(agents.length === 0 ? 'agent.none' : 'agent.nobody')}</p>
      )}
    </div>
  )
}

interface AgentCardProps {
  agent: AgentNow
  state: AgentNow['state']
  selected: boolean
  onSelect: () => void
}

function AgentCard({ agent, state, selected, onSelect }: AgentCardProps) {
  const { t } = useTranslation(['supervisor', 'common'])
  const can = useCan()
  const format = useFormat()
  const word = agent.reasonName ?? t(`common:presence.${state}`)
  const share = Math.min(1, agent.load / agent.capacity)
  return (
    <div
      className={clsx(
        'relative flex items-start gap-2 rounded-lg py-2 pr-1 pl-2.5 ring-1 ring-inset',
        selected ? 'bg-selected ring-accent' : 'bg-surface ring-line hover:bg-hover',
        state === 'notResponding' && !selected && 'ring-bad',
      )}
    >
      <button
        type="button"
        onClick={onSelect}
        aria-pressed={selected}
        className="min-w-0 flex-1 text-left after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
      >
        <span className="block truncate font-medium">{agent.name}</span>
        <span className="flex items-center gap-1.5 text-muted text-xs">
          <PresenceDot presence={state} size={10} />
          <span className={clsx('truncate', state === 'notResponding' && 'font-medium text-bad-ink')}>{word}</span>
          {state !== 'offline' && <Duration since={agent.since} />}
          {agent.nextState && <span className="truncate">→ {t(`common:presence.${agent.nextState}`)}</span>}
        </span>
        {state !== 'offline' && (
          <span className="mt-1 flex items-center gap-2 text-xs">
            <span
              role="img"
              aria-label={t('agent.load', { percent: Math.round(share * 100) })}
              className="h-1 w-14 shrink-0 overflow-hidden rounded-full bg-pressed"
            >
              <span
                className={clsx('block h-full rounded-full', share >= 1 ? 'bg-busy' : 'bg-accent')}
                style={{ width: `${share * 100}%` }}
              />
            </span>
            {agent.held.length === 0 && <span className="text-faint">{t('agent.idle')}</span>}
            {agent.held.map(one => (
              <span
                key={one.channel}
                className="inline-flex items-center gap-0.5 text-muted"
                title={t('agent.holds', {
                  channel: t(`common:channel.${one.channel}`),
                  active: one.active,
                  wrapUp: one.wrapUp,
                  offered: one.offered,
                })}
              >
                <ChannelIcon channel={one.channel} size={13} />
                <span className="figures">{one.active + one.offered}</span>
                {one.wrapUp > 0 && <span className="figures text-faint">+{one.wrapUp}</span>}
                <span className="sr-only">
                  {t('agent.holds', {
                    channel: t(`common:channel.${one.channel}`),
                    active: one.active,
                    wrapUp: one.wrapUp,
                    offered: one.offered,
                  })}
                </span>
              </span>
            ))}
            {agent.loadHour.some(load => load > 0) && (
              <span className="ml-auto pr-1">
                <Sparkline
                  values={agent.loadHour}
                  range={[0, 1]}
                  width={44}
                  height={14}
                  label={t('agent.loadHour', {
                    average: format.percent(
                      agent.loadHour.reduce((sum, load) => sum + load, 0) / agent.loadHour.length,
                    ),
                  })}
                />
              </span>
            )}
          </span>
        )}
      </button>
      {can('supervise.act') && <ForceMenu agent={agent} onContacts={onSelect} />}
    </div>
  )
}

/** Sets somebody else's presence; what they hold stays theirs. */
function ForceMenu({ agent, onContacts }: { agent: AgentNow; onContacts: () => void }) {
  const { t } = useTranslation(['supervisor', 'common'])
  const reasons = useQuery(presenceReasonsQuery).data ?? []
  const force = useMutation({
    mutationFn: (choice: { state: 'offline' | 'available' | 'away'; reasonId: string | null }) =>
      api.call(forcePresence, { params: { id: agent.userId }, body: choice }),
    onSuccess: () => {
      toast({ tone: 'ok', title: t('agent.forced', { name: agent.name }) })
      void queries.invalidateQueries(nowQuery)
    },
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const item = (state: 'offline' | 'available' | 'away', label: string, reasonId: string | null = null) => (
    <MenuItem
      key={`${state}${reasonId}`}
      icon={<PresenceDot presence={state} />}
      checked={agent.state === state && agent.reasonId === reasonId}
      onSelect={() => force.mutate({ state, reasonId })}
    >
      {label}
    </MenuItem>
  )
  return (
    <span className="relative z-1">
      <Menu
        label={t('agent.menu', { name: agent.name })}
        trigger={<IconButton icon={Ellipsis} size="sm" label={t('agent.menu', { name: agent.name })} />}
      >
        <MenuItem icon={ListFilter} onSelect={onContacts}>
          {t('agent.contacts')}
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>{t('agent.force')}</MenuLabel>
        {item('available', t('common:presence.available'))}
        {reasons.length === 0 && item('away', t('common:presence.away'))}
        {reasons.map(reason => item('away', reason.name, reason.id))}
        {item('offline', t('common:presence.offline'))}
      </Menu>
    </span>
  )
}
