import { ROLES } from '@centrala/api/permission.ts'
import { USER_STATES, type User } from '@centrala/api/user.ts'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { UserPlus, Users } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../../../components/avatar.tsx'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { Page } from '../../../components/page.tsx'
import { Select } from '../../../components/select.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { Table } from '../../../components/table.tsx'
import { TimeAgo } from '../../../components/time-ago.tsx'
import { SearchInput, Toolbar } from '../../../components/toolbar.tsx'
import { useOpen } from '../form/use-open.ts'
import { profilesQuery } from '../queries.ts'
import { PersonDrawer } from './person-drawer.tsx'
import { peopleQuery, teamsQuery } from './queries.ts'

const ANY = 'any'
const TONES = { active: 'ok', invited: 'warn', deactivated: 'neutral' } as const

/** Who works here: inviting, roles, teams, what each can do, and leaving. */
export function PeoplePage() {
  const { t } = useTranslation(['adminPeople', 'common'])
  const [search, setSearch] = useState('')
  const [role, setRole] = useState<(typeof ROLES)[number] | typeof ANY>(ANY)
  const [state, setState] = useState<User['state'] | typeof ANY>(ANY)
  const query = useInfiniteQuery(
    peopleQuery({ ...(search && { query: search }), ...(role !== ANY && { role }), ...(state !== ANY && { state }) }),
  )
  const teams = new Map(useQuery(teamsQuery).data?.map(team => [team.id, team.name]))
  const profiles = new Map(useQuery(profilesQuery).data?.map(profile => [profile.id, profile.name]))
  const { open, show, close } = useOpen()
  const people = query.data?.pages.flatMap(page => page.items) ?? []
  const add = (
    <Button look="primary" icon={UserPlus} onClick={() => show('new')}>
      {t('people.invite')}
    </Button>
  )
  return (
    <Page title={t('people.title')} intro={t('people.intro')} actions={add}>
      <Toolbar>
        <SearchInput value={search} onChange={setSearch} label={t('people.find')} className="w-64 max-w-full" />
        <Select
          aria-label={t('people.roles')}
          value={role}
          onChange={setRole}
          options={[
            { value: ANY, label: t('people.anyRole') },
            ...ROLES.map(one => ({ value: one, label: t(`common:role.${one}`) })),
          ]}
          className="max-w-44"
        />
        <Select
          aria-label={t('people.state')}
          value={state}
          onChange={setState}
          options={[
            { value: ANY, label: t('people.anyState') },
            ...USER_STATES.map(one => ({ value: one, label: t(`people.states.${one}`) })),
          ]}
          className="max-w-44"
        />
      </Toolbar>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : (
        <Table
          label={t('people.title')}
          rows={people}
          rowKey={person => person.id}
          onOpen={person => show(person.id)}
          selectedKey={open}
          empty={<EmptyState icon={Users} title={t('people.none')} />}
          columns={[
            {
              key: 'name',
              label: t('people.name'),
              cell: person => (
                <span className="flex items-center gap-2.5">
                  <Avatar name={person.name} seed={person.id} />
                  <span className="min-w-0">
                    <span className="block truncate font-medium">{person.name}</span>
                    <span className="block truncate text-muted text-xs">{person.email}</span>
                  </span>
                </span>
              ),
            },
            {
              key: 'roles',
              label: t('people.roles'),
              minor: true,
              cell: person => person.roles.map(one => t(`common:role.${one}`)).join(', '),
            },
            {
              key: 'team',
              label: t('people.team'),
              minor: true,
              cell: person => teams.get(person.teamId ?? '') ?? '–',
            },
            {
              key: 'profile',
              label: t('people.profile'),
              minor: true,
              cell: person => profiles.get(person.routingProfileId ?? '') ?? '–',
            },
            {
              key: 'seen',
              label: t('people.seen'),
              minor: true,
              cell: person => (person.seenAt ? <TimeAgo at={person.seenAt} /> : '–'),
            },
            {
              key: 'state',
              label: t('people.state'),
              cell: person => <Badge tone={TONES[person.state]}>{t(`people.states.${person.state}`)}</Badge>,
            },
          ]}
        />
      )}
      {query.hasNextPage && (
        <Button className="mt-3 self-center" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('common:showMore')}
        </Button>
      )}
      {open && <PersonDrawer key={open} id={open} onClose={close} />}
    </Page>
  )
}
