import { z } from 'zod'
import { StatePhrase } from './phrase.ts'
import { route } from './route.ts'
import { Id, Name } from './shapes.ts'

/** An OpenID Connect provider whose people may sign in. */
export const IdentityProvider = z.object({
  id: Id,
  name: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  hasSecret: z.boolean(),
  domains: z.array(z.string()),
  createUsers: z.boolean(),
  active: z.boolean(),
  redirectUri: z.string().meta({ description: 'To be entered at the provider' }),
})
export type IdentityProvider = z.infer<typeof IdentityProvider>

const params = { id: Id }
const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/, 'Write a domain such as example.com.')
  .max(253)
export const identityProviderBody = z.strictObject({
  name: Name,
  issuer: z.url({ protocol: /^https?$/, error: 'Write the issuer’s address, such as https://login.example.com.' }),
  clientId: z.string().trim().min(1, 'Write the client id.').max(500),
  /** Left out: stays as it is. */
  clientSecret: z.string().max(2000).optional(),
  domains: z.array(Domain).min(1, 'Write at least one domain: only e-mail addresses of these are let in.').max(50),
  createUsers: z
    .boolean()
    .default(false)
    .meta({ description: 'Make a user with the role "agent" of somebody who is none yet' }),
  active: z.boolean().default(true),
})

export const listIdentityProviders = route({
  id: 'listIdentityProviders',
  method: 'GET',
  path: '/identity-providers',
  access: 'security.manage',
  tag: 'identityProvider',
  summary: 'Identity providers, by name',
  response: z.object({ items: z.array(IdentityProvider), redirectUri: z.string() }),
})
export const createIdentityProvider = route({
  id: 'createIdentityProvider',
  method: 'POST',
  path: '/identity-providers',
  access: 'security.manage',
  tag: 'identityProvider',
  summary: 'Add an identity provider',
  body: identityProviderBody,
  response: IdentityProvider,
})
export const changeIdentityProvider = route({
  id: 'changeIdentityProvider',
  method: 'PUT',
  path: '/identity-providers/:id',
  access: 'security.manage',
  tag: 'identityProvider',
  summary: 'Change an identity provider. With another issuer its people are linked anew',
  params,
  body: identityProviderBody,
  response: IdentityProvider,
})
export const deleteIdentityProvider = route({
  id: 'deleteIdentityProvider',
  method: 'DELETE',
  path: '/identity-providers/:id',
  access: 'security.manage',
  tag: 'identityProvider',
  summary: 'Delete an identity provider; sessions that began with it end',
  params,
})
export const testIdentityProvider = route({
  id: 'testIdentityProvider',
  method: 'POST',
  path: '/identity-providers/test',
  access: 'security.manage',
  tag: 'identityProvider',
  summary: 'Ask an issuer for its settings, to see whether the address is right',
  body: z.strictObject({ issuer: identityProviderBody.shape.issuer }),
  response: z.object({ ok: z.boolean(), sentence: z.string(), phrase: StatePhrase }),
})
