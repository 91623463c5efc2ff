import { ROLES } from '@centrala/core/permission/permission.ts'
import { z } from 'zod'
import { route } from './route.ts'
import { At, Email, Id, Locale, Name, page, paging, RoutingAttributes } from './shapes.ts'

export const USER_STATES = ['active', 'invited', 'deactivated'] as const
const Role = z.enum(ROLES)
const Proficiency = z.int().min(1).max(5)

/** A person of the tenant, as those who manage people see them. */
export const User = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  roles: z.array(Role),
  state: z.enum(USER_STATES).meta({ description: 'invited: has not taken up the invitation yet' }),
  locale: Locale.nullable(),
  teamId: Id.nullable(),
  routingProfileId: Id.nullable(),
  skills: z.array(z.object({ skillId: Id, proficiency: z.number().int() })),
  attributes: RoutingAttributes.meta({ description: 'What routing expressions call agent.…' }),
  twoFactor: z.boolean(),
  /** Has a password here; false for who comes in by single sign-on only. */
  password: z.boolean(),
  seenAt: At.nullable().meta({ description: 'Last sign of a session, to the minute' }),
  createdAt: At,
})
export type User = z.infer<typeof User>

/** How somebody gets a link: mailed, or handed over by who asked for it. */
export const HandedLink = z.object({
  mailed: z.boolean(),
  /** Shown when it could not be mailed. Whoever holds it may use it, once. */
  link: z.string().nullable(),
  expiresAt: At,
})
export type HandedLink = z.infer<typeof HandedLink>

const params = { id: Id }
const details = {
  name: Name,
  roles: z.array(Role).min(1, 'Choose at least one role.').max(ROLES.length),
  locale: Locale.nullable(),
  teamId: Id.nullable(),
  routingProfileId: Id.nullable(),
  skills: z.array(z.strictObject({ skillId: Id, proficiency: Proficiency })).max(200),
  attributes: RoutingAttributes,
}

export const listUsers = route({
  id: 'listUsers',
  method: 'GET',
  path: '/users',
  access: 'people.manage',
  tag: 'user',
  summary: 'People, by name',
  query: {
    ...paging,
    query: z.string().trim().max(100).optional().meta({ description: 'Part of the name or e-mail' }),
    role: Role.optional(),
    teamId: Id.optional(),
    state: z.enum(USER_STATES).optional(),
  },
  response: page(User),
})
export const getUser = route({
  id: 'getUser',
  method: 'GET',
  path: '/users/:id',
  access: 'people.manage',
  tag: 'user',
  summary: 'One person',
  params,
  response: User,
})
export const inviteUserBody = z.strictObject({
  ...details,
  email: Email,
  locale: details.locale.default(null),
  teamId: details.teamId.default(null),
  routingProfileId: details.routingProfileId.default(null),
  skills: details.skills.default([]),
  attributes: details.attributes.default({}),
})
export const inviteUser = route({
  id: 'inviteUser',
  method: 'POST',
  path: '/users',
  access: 'people.manage',
  tag: 'user',
  summary: 'Invite somebody. Roles may give only what one has oneself',
  body: inviteUserBody,
  response: z.object({ user: User, invitation: HandedLink }),
})
export const changeUserBody = z.strictObject({ ...details, email: Email }).partial()
export const changeUser = route({
  id: 'changeUser',
  method: 'PATCH',
  path: '/users/:id',
  access: 'people.manage',
  tag: 'user',
  summary: 'Change a person; what is left out stays. Rights change at once',
  params,
  body: changeUserBody,
  response: User,
})
export const deactivateUser = route({
  id: 'deactivateUser',
  method: 'POST',
  path: '/users/:id/deactivate',
  access: 'people.manage',
  tag: 'user',
  summary: 'Switch somebody’s access off: sessions end at once, work in hand returns to its queues, history stays',
  params,
  response: User,
})
export const reactivateUser = route({
  id: 'reactivateUser',
  method: 'POST',
  path: '/users/:id/reactivate',
  access: 'people.manage',
  tag: 'user',
  summary: 'Switch somebody’s access on again',
  params,
  response: User,
})
export const renewInvitation = route({
  id: 'renewInvitation',
  method: 'POST',
  path: '/users/:id/invitation',
  access: 'people.manage',
  tag: 'user',
  summary: 'Invite again; the former link ends',
  params,
  response: HandedLink,
})
export const makePasswordLink = route({
  id: 'makePasswordLink',
  method: 'POST',
  path: '/users/:id/password-link',
  access: 'people.manage',
  tag: 'user',
  summary: 'Make a link by which somebody sets a new password. Not for who has at least one right more than oneself',
  params,
  response: HandedLink,
})
export const resetTwoFactor = route({
  id: 'resetTwoFactor',
  method: 'POST',
  path: '/users/:id/two-factor/reset',
  access: 'people.manage',
  tag: 'user',
  summary: 'Switch off the two-factor sign-in of somebody who lost their device',
  params,
  response: User,
})
export const endUserSessions = route({
  id: 'endUserSessions',
  method: 'POST',
  path: '/users/:id/sessions/end',
  access: 'people.manage',
  tag: 'user',
  summary: 'Sign somebody out everywhere in this tenant',
  params,
  response: z.object({ ended: z.number().int() }),
})
