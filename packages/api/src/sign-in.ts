import { z } from 'zod'
import { route } from './route.ts'
import { Email, Id, Name } from './shapes.ts'

/** Signing in and out, the second factor, passwords. The session lives in a cookie that scripts cannot read. */
const GivenPassword = z.string().min(1, 'Write your password.').max(200)
/** At least 10 characters, and not easily guessed: the server says which rule a password breaks (`password.short`, `password.common` …). */
export const NewPassword = z.string().max(1000)

export const signIn = route({
  id: 'signIn',
  method: 'POST',
  path: '/auth/sign-in',
  access: 'public',
  tag: 'session',
  summary: 'Sign in with e-mail and password; public, since it is how a session begins. Sets the session cookie',
  body: z.strictObject({
    email: z.string().trim().min(1, 'Write your e-mail address.').max(254),
    password: GivenPassword,
    /** False: the session ends with the browser, and after a day at the latest. */
    remember: z.boolean().default(true),
  }),
  response: z.object({ next: z.enum(['signedIn', 'secondFactor']) }),
})
export const giveSecondFactor = route({
  id: 'giveSecondFactor',
  method: 'POST',
  path: '/auth/second-factor',
  access: 'public',
  tag: 'session',
  summary: 'Give the code that sign-in asked for; public, since it completes a sign-in',
  body: z.strictObject({
    code: z
      .string()
      .trim()
      .regex(
        /^(\d{6}|[A-Za-z0-9]{5}-[A-Za-z0-9]{5})$/,
        'Write the six digits of your app, or a backup code such as a1B2c-D3e4F.',
      ),
    /** Do not ask again on this device for 30 days. */
    trustDevice: z.boolean().default(false),
  }),
})
export const signOut = route({
  id: 'signOut',
  method: 'POST',
  path: '/auth/sign-out',
  access: 'public',
  tag: 'session',
  summary: 'End this session; public, so that it also clears the cookie of a session that is over',
})
export const changePassword = route({
  id: 'changePassword',
  method: 'POST',
  path: '/auth/password',
  access: 'self',
  tag: 'session',
  summary: 'Change one’s own password. All other sessions end',
  body: z.strictObject({ currentPassword: GivenPassword, newPassword: NewPassword }),
})

export const enableTwoFactor = route({
  id: 'enableTwoFactor',
  method: 'POST',
  path: '/auth/two-factor',
  access: 'self',
  tag: 'session',
  summary: 'Begin with two-factor sign-in. It counts once a code was confirmed',
  body: z.strictObject({ password: GivenPassword }),
  response: z.object({
    /** otpauth://…, for the authenticator app, as text or QR code. */
    uri: z.string(),
    /** Each lets its owner in once without the app. Shown only now. */
    backupCodes: z.array(z.string()),
  }),
})
export const confirmTwoFactor = route({
  id: 'confirmTwoFactor',
  method: 'POST',
  path: '/auth/two-factor/confirm',
  access: 'self',
  tag: 'session',
  summary: 'Switch two-factor sign-in on by a first code',
  body: z.strictObject({ code: z.string().regex(/^\d{6}$/, 'Write the six digits of your app.') }),
})
export const disableTwoFactor = route({
  id: 'disableTwoFactor',
  method: 'POST',
  path: '/auth/two-factor/disable',
  access: 'self',
  tag: 'session',
  summary: 'Switch two-factor sign-in off',
  body: z.strictObject({ password: GivenPassword }),
})
export const renewBackupCodes = route({
  id: 'renewBackupCodes',
  method: 'POST',
  path: '/auth/two-factor/backup-codes',
  access: 'self',
  tag: 'session',
  summary: 'Make new backup codes; the old ones end',
  body: z.strictObject({ password: GivenPassword }),
  response: z.object({ backupCodes: z.array(z.string()) }),
})

export const requestPasswordLink = route({
  id: 'requestPasswordLink',
  method: 'POST',
  path: '/auth/password-link',
  access: 'public',
  tag: 'session',
  summary:
    'Have a link for a new password mailed; public, for who cannot sign in. Answers the same whether the account exists or not',
  body: z.strictObject({ email: Email }),
  response: z.object({
    /** False: this installation sends no mail; an administrator can make the link. */
    mailed: z.boolean(),
  }),
})
const token = { token: z.string().max(100) }
export const SignInLink = z.object({
  purpose: z.enum(['invitation', 'password']),
  email: z.string(),
  name: z.string(),
  /** Where the invitation leads. */
  tenantName: z.string().nullable(),
  /** The e-mail has an account already: its present password is asked for, not a new one. */
  existing: z.boolean(),
})
export type SignInLink = z.infer<typeof SignInLink>
export const getSignInLink = route({
  id: 'getSignInLink',
  method: 'GET',
  path: '/auth/links/:token',
  access: 'public',
  tag: 'session',
  summary: 'What an invitation or password link is for; public, since its token is the key',
  params: token,
  response: SignInLink,
})
export const useSignInLink = route({
  id: 'useSignInLink',
  method: 'POST',
  path: '/auth/links/:token',
  access: 'public',
  tag: 'session',
  summary: 'Take up an invitation or set a new password; public, since its token is the key. Sign in afterwards',
  params: token,
  body: z.strictObject({ password: GivenPassword, name: Name.optional() }),
  response: z.object({ email: z.string() }),
})

export const Membership = z.object({ tenantId: Id, name: z.string(), slug: z.string(), current: z.boolean() })
export const listMemberships = route({
  id: 'listMemberships',
  method: 'GET',
  path: '/auth/tenants',
  access: 'self',
  tag: 'session',
  summary: 'The tenants one is a user of',
  response: z.object({ items: z.array(Membership) }),
})
export const enterTenant = route({
  id: 'enterTenant',
  method: 'POST',
  path: '/auth/tenants/enter',
  access: 'self',
  tag: 'session',
  summary: 'Go on in another tenant with this session',
  body: z.strictObject({ slug: z.string().max(40) }),
})

export const beginSingleSignOn = route({
  id: 'beginSingleSignOn',
  method: 'POST',
  path: '/auth/single-sign-on/:id',
  access: 'public',
  tag: 'session',
  summary:
    'Begin single sign-on: the address of the identity provider to go to; public, since it is how a session begins',
  params: { id: Id },
  body: z.strictObject({
    /** Where to go afterwards, a path of this installation. */
    to: z
      .string()
      // No white space either: browsers drop tabs and line ends, and "/\t/" becomes "//", another site.
      .regex(/^\/(?![/\\])[^\s\\]*$/, 'Write a path that begins with one slash.')
      .max(500)
      .default('/'),
  }),
  response: z.object({ url: z.string() }),
})
export const finishSingleSignOn = route({
  id: 'finishSingleSignOn',
  method: 'GET',
  path: '/auth/single-sign-on/callback',
  access: 'public',
  tag: 'session',
  summary: 'Where the identity provider sends the browser back to; public, since it is how a session begins',
  query: {
    code: z.string().max(4000).optional(),
    state: z.string().max(500).optional(),
    iss: z.string().max(500).optional(),
    session_state: z.string().max(500).optional(),
    error: z.string().max(200).optional(),
    error_description: z.string().max(2000).optional(),
    error_uri: z.string().max(500).optional(),
    scope: z.string().max(2000).optional(),
    authuser: z.string().max(100).optional(),
    hd: z.string().max(254).optional(),
    prompt: z.string().max(100).optional(),
  },
  produces: 'text/html',
})
