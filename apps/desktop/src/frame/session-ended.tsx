import { Dialog as Radix } from 'radix-ui'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '../pages/sign-in/sign-in-form.tsx'
import { useMe } from '../session/me.ts'
import { renewSession } from '../session/renew-session.ts'

const LOOK_MS = 5000

/** Over the page as it was, so that nothing written is lost: sign in again and go on. */
export function SessionEnded() {
  const { t } = useTranslation('signIn')
  const me = useMe()
  // Signed in again in another tab, or a session whose successor took its time.
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && void renewSession(), LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <Radix.Root open>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-overlay backdrop-blur-sm" />
        <Radix.Content className="fixed inset-x-0 top-[12vh] z-50 mx-auto w-[calc(100%-24px)] max-w-sm rounded-xl bg-raised p-6 shadow-dialog outline-none">
          <Radix.Title className="font-semibold text-lg">{t('ended')}</Radix.Title>
          <Radix.Description className="mt-1 mb-4 text-muted">{t('endedHint')}</Radix.Description>
          <SignInForm email={me.email} onDone={renewSession} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
