import { z } from 'zod'
import { StatePhrase } from './phrase.ts'
import { route } from './route.ts'
import { Email, Id, Locale, Name, TimeZone } from './shapes.ts'

export const Color = z.string().regex(/^#[0-9a-f]{6}$/, 'Write a colour such as #0f766e.')

/** The tenant’s own settings. */
export const Tenant = z.object({
  id: Id,
  slug: z.string(),
  name: z.string(),
  locale: Locale,
  timeZone: z.string(),
  /** Shown in what customers see, where a brand has none of its own. */
  color: Color,
  /** Everybody must set up two-factor sign-in before anything else. */
  requireTwoFactor: z.boolean(),
  /** How mail about accounts goes out. */
  accountMail: z.object({
    from: z.enum(['tenant', 'installation', 'none']),
    host: z.string().nullable(),
    sender: z.string().nullable(),
  }),
})
export type Tenant = z.infer<typeof Tenant>

export const getTenant = route({
  id: 'getTenant',
  method: 'GET',
  path: '/tenant',
  access: 'security.manage',
  tag: 'tenant',
  summary: 'The tenant’s settings',
  response: Tenant,
})
export const tenantBody = z
  .strictObject({ name: Name, locale: Locale, timeZone: TimeZone, color: Color, requireTwoFactor: z.boolean() })
  .partial()
export const changeTenant = route({
  id: 'changeTenant',
  method: 'PATCH',
  path: '/tenant',
  access: 'security.manage',
  tag: 'tenant',
  summary: 'Change the tenant’s settings; what is left out stays',
  body: tenantBody,
  response: Tenant,
})
export const setAccountMail = route({
  id: 'setAccountMail',
  method: 'PUT',
  path: '/tenant/account-mail',
  access: 'security.manage',
  tag: 'tenant',
  summary: 'Set the mail server for invitations and password links; null: as the installation does',
  body: z.strictObject({
    server: z
      .strictObject({
        host: z
          .string()
          .trim()
          .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'Write a host such as smtp.example.com.'),
        port: z.int().min(1).max(65535).default(587),
        /** TLS from the first byte (port 465); otherwise STARTTLS is required. */
        tls: z.boolean().default(false),
        user: z.string().max(300).default(''),
        /** Left out: stays as it is. */
        password: z.string().max(500).optional(),
        sender: Email,
      })
      .nullable(),
  }),
  response: Tenant,
})
export const testAccountMail = route({
  id: 'testAccountMail',
  method: 'POST',
  path: '/tenant/account-mail/test',
  access: 'security.manage',
  tag: 'tenant',
  summary: 'Send oneself a mail by the present settings',
  body: z.strictObject({ to: Email }),
  response: z.object({ ok: z.boolean(), sentence: z.string(), phrase: StatePhrase }),
})
