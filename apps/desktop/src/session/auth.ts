import { createClient } from '@centrala/api/client.ts'
import {
  beginSingleSignOn,
  changePassword as changePasswordRoute,
  confirmTwoFactor as confirmTwoFactorRoute,
  disableTwoFactor as disableTwoFactorRoute,
  enableTwoFactor as enableTwoFactorRoute,
  enterTenant as enterTenantRoute,
  giveSecondFactor,
  renewBackupCodes as renewBackupCodesRoute,
  requestPasswordLink as requestPasswordLinkRoute,
  signIn as signInRoute,
  signOut as signOutRoute,
} from '@centrala/api/sign-in.ts'

// Not the client of the pages: here a 401 is a wrong password, not the end of a session.
const client = createClient()

/** `secondFactor`: the password was right, now a code is asked for. */
export async function signIn(email: string, password: string): Promise<'signedIn' | 'secondFactor'> {
  return (await client.call(signInRoute, { body: { email, password } })).next
}
/** A code of the authenticator app (six digits), or one of the backup codes. */
export const verifyCode = (code: string, trustDevice: boolean): Promise<unknown> =>
  client.call(giveSecondFactor, { body: { code, trustDevice } })

/** Leaves for the provider's own sign-in page, which comes back to `to`, or to the sign-in page with `failed`. */
export async function signInWith(providerId: string, to: string): Promise<void> {
  const { url } = await client.call(beginSingleSignOn, { params: { id: providerId }, body: { to } })
  location.assign(url)
}
export const signOut = (): Promise<unknown> => client.call(signOutRoute)

/** Has a link for a new password mailed. False: no mail is sent here, an administrator makes the link. */
export const requestPasswordLink = async (email: string): Promise<boolean> =>
  (await client.call(requestPasswordLinkRoute, { body: { email } })).mailed

/** All other sessions end. */
export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  client.call(changePasswordRoute, { body: { currentPassword, newPassword } })

/** Begins enrolment: the address for the authenticator app, and backup codes to keep. It counts once a code was confirmed. */
export async function enableTwoFactor(password: string): Promise<{ totpURI: string; backupCodes: string[] }> {
  const { uri, backupCodes } = await client.call(enableTwoFactorRoute, { body: { password } })
  return { totpURI: uri, backupCodes }
}
/** Switches it on, by the first code of the app. */
export const confirmTwoFactor = (code: string): Promise<unknown> =>
  client.call(confirmTwoFactorRoute, { body: { code } })
export const disableTwoFactor = (password: string): Promise<unknown> =>
  client.call(disableTwoFactorRoute, { body: { password } })
/** New backup codes; the old ones end. */
export const renewBackupCodes = async (password: string): Promise<string[]> =>
  (await client.call(renewBackupCodesRoute, { body: { password } })).backupCodes

/** Goes on in another tenant of the same account; load the page anew afterwards. */
export const enterTenant = (slug: string): Promise<unknown> => client.call(enterTenantRoute, { body: { slug } })
