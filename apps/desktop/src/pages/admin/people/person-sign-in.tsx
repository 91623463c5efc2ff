import {
  endUserSessions,
  type HandedLink,
  makePasswordLink,
  renewInvitation,
  resetTwoFactor,
  type User,
} from '@centrala/api/user.ts'
import { useMutation } from '@tanstack/react-query'
import { KeyRound, LogOut, Mail, ShieldCheck, ShieldOff } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { TimeAgo } from '../../../components/time-ago.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { FormPart } from '../form/form-part.tsx'
import { HandedLinkDialog } from './handed-link-dialog.tsx'

type Purpose = 'invitation' | 'password'

/** How the person signs in, and help when they cannot. */
export function PersonSignIn({ user }: { user: User }) {
  const { t } = useTranslation('adminPeople')
  const [handed, setHanded] = useState<{ purpose: Purpose; link: HandedLink } | null>(null)
  const params = { id: user.id }
  const fail = (error: unknown) => toast({ tone: 'bad', title: problemWords(error) })
  const hand = useMutation({
    mutationFn: async (purpose: Purpose) => ({
      purpose,
      link: await api.call(purpose === 'invitation' ? renewInvitation : makePasswordLink, { params }),
    }),
    onSuccess: setHanded,
    onError: fail,
  })
  const act = async (call: () => Promise<unknown>, done: string) => {
    try {
      await call()
      toast({ tone: 'ok', title: done })
      await queries.invalidateQueries({ queryKey: keys.configuration('users') })
    } catch (error) {
      fail(error)
    }
  }
  return (
    <FormPart title={t('signIn.title')}>
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={user.twoFactor ? 'ok' : 'neutral'} icon={user.twoFactor ? ShieldCheck : ShieldOff}>
          {t(user.twoFactor ? 'signIn.twoFactorOn' : 'signIn.twoFactorOff')}
        </Badge>
        {user.state === 'active' && !user.password && <Badge tone="accent">{t('signIn.singleSignOn')}</Badge>}
        <span className="text-muted text-xs">
          {user.seenAt ? (
            <>
              {t('signIn.seen')} <TimeAgo at={user.seenAt} />
            </>
          ) : (
            t('signIn.neverSeen')
          )}
        </span>
      </p>
      {user.state !== 'deactivated' && (
        <div className="flex flex-wrap gap-2">
          {user.state === 'invited' ? (
            <Button size="sm" icon={Mail} busy={hand.isPending} onClick={() => hand.mutate('invitation')}>
              {t('signIn.inviteAgain')}
            </Button>
          ) : (
            <>
              <Button size="sm" icon={KeyRound} busy={hand.isPending} onClick={() => hand.mutate('password')}>
                {t('signIn.passwordLink')}
              </Button>
              {user.twoFactor && (
                <Button
                  size="sm"
                  icon={ShieldOff}
                  onClick={() =>
                    confirm({
                      title: t('signIn.resetTwoFactorTitle', { name: user.name }),
                      body: t('signIn.resetTwoFactorBody'),
                      action: t('signIn.resetTwoFactor'),
                      danger: true,
                      run: () => act(() => api.call(resetTwoFactor, { params }), t('signIn.twoFactorWasReset')),
                    })
                  }
                >
                  {t('signIn.resetTwoFactor')}
                </Button>
              )}
              {user.seenAt && (
                <Button
                  size="sm"
                  icon={LogOut}
                  onClick={() => void act(() => api.call(endUserSessions, { params }), t('signIn.signedOut'))}
                >
                  {t('signIn.signOut')}
                </Button>
              )}
            </>
          )}
        </div>
      )}
      {handed && <HandedLinkDialog {...handed} name={user.name} onClose={() => setHanded(null)} />}
    </FormPart>
  )
}
