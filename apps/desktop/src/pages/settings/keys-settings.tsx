import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { setSingleKeys, singleKeysOn } from '../../actions/keyboard.ts'
import { Section } from '../../components/page.tsx'
import { Switch } from '../../components/switch.tsx'
import { changePreferences, usePreferences } from '../../session/preferences.ts'

export function KeysSettings() {
  const { t } = useTranslation('settings')
  const { enterSends } = usePreferences()
  const [single, setSingle] = useState(singleKeysOn)
  return (
    <Section title={t('keys.title')} hint={t('keys.hint')}>
      <div className="flex max-w-xl flex-col gap-4">
        <Switch
          checked={enterSends}
          onChange={next => void changePreferences({ enterSends: next })}
          label={t('keys.enterSends')}
          hint={t('keys.enterSendsHint')}
        />
        <Switch
          checked={single}
          onChange={on => {
            setSingle(on)
            setSingleKeys(on)
          }}
          label={t('keys.single')}
          hint={t('keys.singleHint')}
        />
      </div>
    </Section>
  )
}
