import { Dialog as Radix } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { queries } from '../api.ts'
import { SignInForm } from '../pages/sign-in/sign-in-form.tsx'
import { useMe } from '../session/me.ts'
import { sessionRenewed } from '../session/session.ts'

/** Over the page as it was, so that nothing written is lost: sign in again and go on. */
export function SessionEnded() {
  const { t } = useTranslation('signIn')
  const me = useMe()
  const done = async () => {
    const before = me.id
    await queries.refetchQueries({ queryKey: ['me'] })
    if (queries.getQueryData<{ id: string }>(['me'])?.id !== before) return location.assign('/')
    sessionRenewed()
    await queries.invalidateQueries()
  }
  return (
    <Radix.Root open>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-overlay backdrop-blur-sm" />
        <Radix.Content className="fixed inset-x-0 top-[12vh] z-50 mx-auto w-[calc(100%-24px)] max-w-sm rounded-xl bg-raised p-6 shadow-dialog outline-none">
          <Radix.Title className="font-semibold text-lg">{t('ended')}</Radix.Title>
          <Radix.Description className="mt-1 mb-4 text-muted">{t('endedHint')}</Radix.Description>
          <SignInForm email={me.email} onDone={done} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
