import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { useCan, useMe } from '../../session/me.ts'
import { AudioSettings } from './audio-settings.tsx'
import { KeysSettings } from './keys-settings.tsx'
import { LookSettings } from './look-settings.tsx'
import { PasswordSettings } from './password-settings.tsx'
import { ProfileSettings } from './profile-settings.tsx'
import { SessionSettings } from './session-settings.tsx'
import { SoundSettings } from './sound-settings.tsx'
import { TwoFactorSettings } from './two-factor-settings.tsx'

/** One's own profile, look, sounds, keys and safety. */
export function SettingsPage() {
  const { t } = useTranslation('settings')
  const can = useCan()
  if (useMe().twoFactorOwed)
    return (
      <Page title={t('title')} narrow>
        <p role="alert" className="mt-4 rounded-md bg-warn-soft p-3 text-warn-ink">
          {t('twoFactor.owed')}
        </p>
        <TwoFactorSettings />
        <PasswordSettings />
        <SessionSettings />
      </Page>
    )
  return (
    <Page title={t('title')} narrow>
      <ProfileSettings />
      <LookSettings />
      {can('inbox.handle') && <SoundSettings />}
      {(can('inbox.handle') || can('supervise.act')) && <AudioSettings />}
      <KeysSettings />
      <PasswordSettings />
      <TwoFactorSettings />
      <SessionSettings />
    </Page>
  )
}
