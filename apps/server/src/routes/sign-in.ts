import {
  beginSingleSignOn,
  changePassword,
  confirmTwoFactor,
  disableTwoFactor,
  enableTwoFactor,
  enterTenant,
  finishSingleSignOn,
  getSignInLink,
  giveSecondFactor,
  listMemberships,
  renewBackupCodes,
  requestPasswordLink,
  signIn,
  signOut,
  useSignInLink,
} from '@centrala/api/sign-in.ts'
import { audit } from '../audit/audit.ts'
import { membershipsOf } from '../auth/account.ts'
import { distrustDevices } from '../auth/device.ts'
import * as invitation from '../auth/invitation.ts'
import { checkNewPassword } from '../auth/password.ts'
import { recordSignIn } from '../auth/record-sign-in.ts'
import { completeSecondFactor, confirmFirstCode } from '../auth/second-factor.ts'
import * as singleSignOn from '../auth/single-sign-on.ts'
import { beginAttempt } from '../auth/throttle.ts'
import { throughEngine } from '../auth/through-engine.ts'
import { handle, handlePublic } from '../http/handle.ts'
import { found, Refusal } from '../refusal.ts'
import type { Services } from '../services.ts'
import { sessionOf } from './session.ts'

export const signInRoutes = [
  handlePublic(signIn, async ({ services, body, request, reply }) => {
    const attempt = await beginAttempt(services.db.auth, body.email, request.ip)
    const { email, password, remember: rememberMe } = body
    const answer = await throughEngine(request, reply, init =>
      services.auth.engine.api.signInEmail({ ...init, body: { email, password, rememberMe } }),
    )
    if ('twoFactorRedirect' in answer) {
      await attempt.undecided()
      return { next: 'secondFactor' as const }
    }
    await attempt.succeeded()
    await recordSignIn(services, answer.token, request.ip)
    return { next: 'signedIn' as const }
  }),
  handlePublic(giveSecondFactor, async ({ services, body, request, reply }) => {
    await completeSecondFactor(services, body, request, reply)
    return {}
  }),
  handlePublic(signOut, async ({ services, request, reply }) => {
    await throughEngine(request, reply, init => services.auth.engine.api.signOut({ ...init, body: {} }))
    return {}
  }),
  handle(changePassword, async ({ services, context, body, request, reply, work }) => {
    const { accountId } = sessionOf(context)
    const { rows } = await services.db.auth.query<{ email: string; name: string }>(
      'SELECT email, name FROM auth.sign_in_account WHERE id = $1',
      [accountId],
    )
    checkNewPassword(body.newPassword, rows[0] ?? {}, 'newPassword')
    await byPassword(services, accountId, request.ip, () =>
      throughEngine(request, reply, init =>
        services.auth.engine.api.changePassword({ ...init, body: { ...body, revokeOtherSessions: true } }),
      ),
    )
    await distrustDevices(services.db.auth, accountId)
    await work(tx => audit(tx, context, 'user.passwordChanged', { type: 'user', id: context.userId }))
    return {}
  }),

  handle(enableTwoFactor, async ({ services, context, body, request, reply }) => {
    const answer = await byPassword(services, sessionOf(context).accountId, request.ip, () =>
      throughEngine(request, reply, init =>
        services.auth.engine.api.enableTwoFactor({ ...init, body: { ...body, method: 'totp' } }),
      ),
    )
    if (answer.method !== 'totp') throw new Error('better-auth began another second factor than was asked for')
    return { uri: answer.totpURI, backupCodes: answer.backupCodes }
  }),
  handle(confirmTwoFactor, async ({ services, context, body, request, reply, work }) => {
    await confirmFirstCode(services, sessionOf(context).accountId, body.code, request, reply)
    await work(tx => audit(tx, context, 'user.twoFactorEnabled', { type: 'user', id: context.userId }))
    return {}
  }),
  handle(disableTwoFactor, async ({ services, context, body, request, reply, work }) => {
    const { accountId } = sessionOf(context)
    await byPassword(services, accountId, request.ip, () =>
      throughEngine(request, reply, init => services.auth.engine.api.disableTwoFactor({ ...init, body })),
    )
    await distrustDevices(services.db.auth, accountId)
    await work(tx => audit(tx, context, 'user.twoFactorDisabled', { type: 'user', id: context.userId }))
    return {}
  }),
  handle(renewBackupCodes, async ({ services, context, body, request, reply }) => {
    const { backupCodes } = await byPassword(services, sessionOf(context).accountId, request.ip, () =>
      throughEngine(request, reply, init => services.auth.engine.api.generateBackupCodes({ ...init, body })),
    )
    return { backupCodes }
  }),

  handlePublic(requestPasswordLink, async ({ services, body, request }) => ({
    mailed: await invitation.requestPasswordLink(services, body.email, request.ip),
  })),
  handlePublic(getSignInLink, ({ services, params }) => invitation.describeLink(services, params.token)),
  handlePublic(useSignInLink, async ({ services, params, body, request }) => ({
    email: await invitation.acceptLink(services, params.token, body, request.ip),
  })),

  handlePublic(beginSingleSignOn, async ({ services, params, body, reply }) => ({
    url: await singleSignOn.beginSingleSignOn(services, params.id, body.to, reply),
  })),
  handlePublic(finishSingleSignOn, ({ services, request, reply }) =>
    singleSignOn.finishSingleSignOn(services, request, reply),
  ),

  handle(listMemberships, async ({ services, context }) => {
    const session = sessionOf(context)
    const { rows } = await services.db.auth.query<{ single: boolean }>(
      'SELECT identity_provider_id IS NOT NULL AS single FROM auth.session WHERE id = $1',
      [session.id],
    )
    const memberships = await membershipsOf(services.db.auth, session.accountId)
    // What a tenant's own provider says of somebody tells its administrators nothing of where else they work.
    const shown = memberships.filter(({ tenantId }) => !rows[0]?.single || tenantId === context.tenantId)
    return {
      items: shown.map(({ userId, ...rest }) => ({ ...rest, current: rest.tenantId === context.tenantId })),
    }
  }),
  handle(enterTenant, async ({ services, context, body }) => {
    const session = sessionOf(context)
    const memberships = await membershipsOf(services.db.auth, session.accountId)
    const { tenantId } = found(
      memberships.find(membership => membership.slug === body.slug),
      'tenant',
    )
    const { rowCount } = await services.db.auth.query(
      'UPDATE auth.session SET tenant_id = $2 WHERE id = $1 AND (identity_provider_id IS NULL OR tenant_id = $2)',
      [session.id, tenantId],
    )
    if (rowCount === 0)
      throw new Refusal(
        403,
        'tenant.otherSignIn',
        'You came in through your company’s sign-in, which is good for this tenant only. Sign out, and sign in with your password.',
      )
    services.auth.access.tell({ kind: 'sessionEnded', id: session.id })
    return {}
  }),
]

/** Whoever sits at an open session must not find out its password by trying: wrong ones are counted as at the sign-in, but apart from it. */
async function byPassword<T>({ db }: Services, accountId: string, address: string, act: () => Promise<T>): Promise<T> {
  const attempt = await beginAttempt(db.auth, `password of ${accountId}`, address)
  const result = await act()
  await attempt.succeeded()
  return result
}
