import { ApiError } from '@centrala/api/client.ts'

/** Sign-in, at `/api/auth`. The session lives in a cookie that scripts cannot read. */
async function post<Answer>(path: string, body: Record<string, unknown>): Promise<Answer> {
  const response = await fetch(`/api/auth${path}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null)
  const said: unknown = await response?.json().catch(() => null)
  if (response?.ok) return said as Answer
  const { message, detail, code } = (said ?? {}) as { message?: string; detail?: string; code?: string }
  const retryAfter = Number(response?.headers.get('retry-after') ?? response?.headers.get('x-retry-after'))
  throw new ApiError({
    type: 'about:blank',
    title: 'Refused',
    status: response?.status ?? 0,
    code: code ?? 'auth.refused',
    detail: detail ?? message ?? '',
    ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
  })
}

/** `secondFactor`: the password was right, now a code is asked for. */
export async function signIn(email: string, password: string): Promise<'signedIn' | 'secondFactor'> {
  const answer = await post<{ twoFactorRedirect?: boolean }>('/sign-in/email', { email, password, rememberMe: true })
  return answer.twoFactorRedirect ? 'secondFactor' : 'signedIn'
}
/** A code of the authenticator app (six digits), or one of the backup codes. */
export const verifyCode = (code: string, trustDevice: boolean): Promise<unknown> =>
  /^\d{6}$/.test(code)
    ? post('/two-factor/verify-totp', { code, trustDevice })
    : post('/two-factor/verify-backup-code', { code, trustDevice })

/** Leaves for the provider's own sign-in page, which comes back to `to`. */
export async function signInWith(providerId: string, to: string): Promise<void> {
  const answer = await post<{ url: string }>('/sign-in/sso', {
    providerId,
    callbackURL: to,
    errorCallbackURL: '/sign-in?failed=provider',
  })
  location.assign(answer.url)
}
export const signOut = (): Promise<unknown> => post('/sign-out', {})

export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  post('/change-password', { currentPassword, newPassword, revokeOtherSessions: true })

/** Begins enrolment: the address for the authenticator app, and backup codes to keep. It counts once a code was verified. */
export const enableTwoFactor = (password: string): Promise<{ totpURI: string; backupCodes: string[] }> =>
  post('/two-factor/enable', { password })
export const disableTwoFactor = (password: string): Promise<unknown> => post('/two-factor/disable', { password })
