import { PERMISSIONS, ROLES } from '@centrala/core/permission/permission.ts'
import { z } from 'zod'
import { route } from './route.ts'
import { At, Id, Locale } from './shapes.ts'

/** Sign-in itself is under /api/auth (password, TOTP, OIDC); these routes tell who is signed in. */
export const Me = z.object({
  id: Id,
  name: z.string(),
  email: z.string(),
  roles: z.array(z.enum(ROLES)),
  permissions: z.array(z.enum(PERMISSIONS)),
  locale: Locale.nullable(),
  settings: z.record(z.string(), z.unknown()),
  twoFactor: z.boolean(),
  /** The tenant asks for two-factor sign-in: until it is set up, nothing else is open. */
  twoFactorOwed: z.boolean(),
  /** Has a password here; false for who comes in by single sign-on only. */
  password: z.boolean(),
  tenant: z.object({ id: Id, name: z.string(), slug: z.string(), timeZone: z.string(), locale: Locale }),
  routingProfile: z
    .object({ id: Id, name: z.string(), channels: z.array(z.string()), queueIds: z.array(Id) })
    .nullable(),
})
export type Me = z.infer<typeof Me>

export const getMe = route({
  id: 'getMe',
  method: 'GET',
  path: '/me',
  access: 'self',
  tag: 'session',
  summary: 'Who is signed in, and what they may do',
  response: Me,
})
export const changeMe = route({
  id: 'changeMe',
  method: 'PATCH',
  path: '/me',
  access: 'self',
  tag: 'session',
  summary: 'Change one’s own name, language and settings',
  body: z.strictObject({
    name: z.string().trim().min(1).max(120).optional(),
    locale: Locale.nullable().optional(),
    settings: z
      .record(z.string().max(60), z.unknown())
      .refine(settings => JSON.stringify(settings).length <= 64_000, 'Keep settings below 64,000 characters.')
      .optional(),
  }),
  response: Me,
})

export const Session = z.object({
  id: z.string(),
  createdAt: At,
  seenAt: At,
  address: z.string().nullable(),
  browser: z.string().nullable(),
  current: z.boolean(),
})
export const listSessions = route({
  id: 'listSessions',
  method: 'GET',
  path: '/me/sessions',
  access: 'self',
  tag: 'session',
  summary: 'Where one is signed in',
  response: z.object({ items: z.array(Session) }),
})
export const revokeSession = route({
  id: 'revokeSession',
  method: 'DELETE',
  path: '/me/sessions/:id',
  access: 'self',
  tag: 'session',
  summary: 'Sign out elsewhere',
  params: { id: z.string().max(100) },
})
export const listSignInOptions = route({
  id: 'listSignInOptions',
  method: 'GET',
  path: '/sign-in-options',
  access: 'public',
  tag: 'session',
  summary: 'Ways to sign in to this installation; public, since it is asked before sign-in',
  query: {
    /** Whose identity providers; needed only where several tenants share the installation. */
    tenant: z.string().max(40).optional(),
  },
  response: z.object({
    password: z.boolean(),
    demo: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
    providers: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
})
