import { permissionsOf, ROLES } from '@centrala/api/permission.ts'
import type { User } from '@centrala/api/user.ts'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { Select } from '../../../components/select.tsx'
import { LOCALES } from '../../../i18n/locale.ts'
import { useMe } from '../../../session/me.ts'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import { profilesQuery } from '../queries.ts'
import { PersonAttributes } from './person-attributes.tsx'
import { PersonSkills } from './person-skills.tsx'
import { teamsQuery } from './queries.ts'

export type PersonValue = Pick<
  User,
  'name' | 'email' | 'roles' | 'locale' | 'teamId' | 'routingProfileId' | 'skills' | 'attributes'
>

const NONE = 'none'

export function PersonFields({ draft, isNew = false }: { draft: Draft<PersonValue>; isNew?: boolean }) {
  const { t } = useTranslation(['adminPeople', 'common'])
  const me = useMe()
  const teams = useQuery(teamsQuery).data ?? []
  const profiles = useQuery(profilesQuery).data ?? []
  const { value, set, error, errorBelow } = draft
  // Nobody gives what they lack; the server refuses it too.
  const mayGive = (role: (typeof ROLES)[number]) =>
    [...permissionsOf([role])].every(one => me.permissions.includes(one))
  const toggle = (role: (typeof ROLES)[number], on: boolean) =>
    set({ roles: on ? [...value.roles, role] : value.roles.filter(other => other !== role) })
  return (
    <>
      <FormPart title={t('people.who')}>
        <Field label={t('people.name')} error={error('name')} required>
          <Input
            value={value.name}
            onChange={event => set({ name: event.target.value })}
            maxLength={120}
            autoFocus={isNew}
          />
        </Field>
        <Field label={t('people.email')} hint={t('people.emailHint')} error={error('email')} required>
          <Input
            type="email"
            value={value.email}
            onChange={event => set({ email: event.target.value })}
            maxLength={254}
          />
        </Field>
        <Field label={t('people.language')} hint={t('people.languageHint')}>
          <Select
            value={value.locale ?? NONE}
            onChange={locale => set({ locale: LOCALES.find(one => one.code === locale)?.code ?? null })}
            options={[
              { value: NONE, label: t('people.languageOfBrowser') },
              ...LOCALES.map(one => ({ value: one.code as string, label: one.name })),
            ]}
          />
        </Field>
      </FormPart>
      <FormPart title={t('people.roles')} hint={t('people.rolesHint')}>
        {ROLES.map(role => (
          <Checkbox
            key={role}
            checked={value.roles.includes(role)}
            onChange={on => toggle(role, on)}
            disabled={!mayGive(role) && !value.roles.includes(role)}
            label={t(`common:role.${role}`)}
            hint={t(`people.roleHint.${role}`)}
          />
        ))}
        {errorBelow('roles') && (
          <p role="alert" className="text-bad-ink text-xs">
            {errorBelow('roles')}
          </p>
        )}
      </FormPart>
      <FormPart title={t('people.work')} hint={t('people.workHint')}>
        <Field label={t('people.team')} error={error('teamId')}>
          <Select
            value={value.teamId ?? NONE}
            onChange={id => set({ teamId: id === NONE ? null : id })}
            options={[
              { value: NONE, label: t('people.noTeam') },
              ...teams.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        </Field>
        <Field label={t('people.profile')} hint={t('people.profileHint')} error={error('routingProfileId')}>
          <Select
            value={value.routingProfileId ?? NONE}
            onChange={id => set({ routingProfileId: id === NONE ? null : id })}
            options={[
              { value: NONE, label: t('people.noProfile') },
              ...profiles.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        </Field>
        <PersonSkills value={value.skills} onChange={skills => set({ skills })} />
        <PersonAttributes
          value={value.attributes}
          onChange={attributes => set({ attributes })}
          error={errorBelow('attributes')}
        />
      </FormPart>
    </>
  )
}
