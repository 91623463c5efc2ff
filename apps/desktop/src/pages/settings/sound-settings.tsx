import { CHANNELS } from '@centrala/api/channel.ts'
import { Volume2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Section } from '../../components/page.tsx'
import { Switch } from '../../components/switch.tsx'
import { VolumeSlider } from '../../components/volume-slider.tsx'
import { changePreferences, usePreferences } from '../../session/preferences.ts'
import { playOffer } from '../inbox/sound.ts'

/** Which offers ring, how loud, and whether the browser may tell of them. */
export function SoundSettings() {
  const { t } = useTranslation(['settings', 'common'])
  const preferences = usePreferences()
  const volume = preferences.soundVolume
  const choose = (soundVolume: number) => {
    void changePreferences({ soundVolume })
    playOffer('chat', soundVolume)
  }
  const supported = 'Notification' in window
  const [permission, setPermission] = useState(supported ? Notification.permission : 'denied')
  return (
    <Section title={t('sound.title')} hint={t('sound.hint')}>
      <div className="flex max-w-xl flex-col gap-4">
        <div className="flex items-center gap-3">
          <Volume2 size={17} aria-hidden className="text-muted" />
          <VolumeSlider label={t('sound.volume')} volume={volume} onChoose={choose} />
        </div>
        <ul className="flex flex-col">
          {CHANNELS.map(channel => (
            <li key={channel} className="flex min-h-9 items-center gap-3">
              <Checkbox
                checked={!preferences.silentChannels.includes(channel)}
                onChange={on =>
                  void changePreferences({
                    silentChannels: on
                      ? preferences.silentChannels.filter(one => one !== channel)
                      : [...preferences.silentChannels, channel],
                  })
                }
                label={
                  <span className="flex w-40 items-center gap-2">
                    <ChannelIcon channel={channel} size={15} className="text-muted" />
                    {t(`common:channel.${channel}`)}
                  </span>
                }
              />
              <IconButton
                icon={Volume2}
                size="sm"
                label={t('sound.hear', { channel: t(`common:channel.${channel}`) })}
                onClick={() => playOffer(channel, volume)}
              />
            </li>
          ))}
        </ul>
        <Switch
          checked={preferences.messageSound}
          onChange={messageSound => void changePreferences({ messageSound })}
          label={t('sound.messages')}
          hint={t('sound.messagesHint')}
        />
        <Switch
          checked={preferences.browserNotifications}
          onChange={browserNotifications => void changePreferences({ browserNotifications })}
          label={t('sound.notifications')}
          hint={t(permission === 'denied' ? 'sound.notificationsDenied' : 'sound.notificationsHint')}
        />
        {preferences.browserNotifications && supported && permission === 'default' && (
          <Button className="self-start" onClick={async () => setPermission(await Notification.requestPermission())}>
            {t('sound.allow')}
          </Button>
        )}
      </div>
    </Section>
  )
}
