import { PERMISSIONS } from '@centrala/core/permission/permission.ts'
import { z } from 'zod'
import { route } from './route.ts'
import { At, Id, Name } from './shapes.ts'

export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string().meta({ description: 'First characters of the secret, to recognise it' }),
  scopes: z.array(z.enum(PERMISSIONS)),
  createdBy: z.object({ id: Id, name: z.string() }).nullable(),
  createdAt: At,
  expiresAt: At.nullable(),
  lastUsedAt: At.nullable().meta({ description: 'To the minute' }),
  revokedAt: At.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const listApiKeys = route({
  id: 'listApiKeys',
  method: 'GET',
  path: '/api-keys',
  access: 'security.manage',
  tag: 'apiKey',
  summary: 'API keys, newest first, the revoked ones too',
  response: z.object({ items: z.array(ApiKey) }),
})
export const apiKeyBody = z.strictObject({
  name: Name,
  scopes: z.array(z.enum(PERMISSIONS)).min(1, 'Choose at least one scope.').max(PERMISSIONS.length),
  expiresAt: At.nullable().default(null),
})
export const createApiKey = route({
  id: 'createApiKey',
  method: 'POST',
  path: '/api-keys',
  access: 'security.manage',
  tag: 'apiKey',
  summary: 'Make an API key. Its scopes may give only what one has oneself',
  body: apiKeyBody,
  response: z.object({
    apiKey: ApiKey,
    /** Sent as "Authorization: Bearer …". Shown only now. */
    secret: z.string(),
  }),
})
export const revokeApiKey = route({
  id: 'revokeApiKey',
  method: 'DELETE',
  path: '/api-keys/:id',
  access: 'security.manage',
  tag: 'apiKey',
  summary: 'Revoke an API key, at once',
  params: { id: Id },
  response: ApiKey,
})
