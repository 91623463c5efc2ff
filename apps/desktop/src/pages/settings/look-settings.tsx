import { Monitor, Moon, Sun } from 'lucide-react'
import { RadioGroup } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Section } from '../../components/page.tsx'
import { setTheme, THEMES, type Theme, useTheme } from '../../design/theme.ts'

const ICONS = { system: Monitor, light: Sun, dark: Moon }

export function LookSettings() {
  const { t } = useTranslation('settings')
  const theme = useTheme()
  return (
    <Section title={t('look.title')} hint={t('look.hint')}>
      <RadioGroup.Root
        value={theme}
        onValueChange={value => setTheme(value as Theme)}
        aria-label={t('look.title')}
        className="flex flex-wrap gap-2"
      >
        {THEMES.map(one => {
          const Icon = ICONS[one]
          return (
            <RadioGroup.Item
              key={one}
              value={one}
              className="flex h-10 items-center gap-2 rounded-md px-3.5 ring-1 ring-line ring-inset hover:bg-hover data-[state=checked]:bg-selected data-[state=checked]:font-medium data-[state=checked]:text-accent-ink data-[state=checked]:ring-accent"
            >
              <Icon size={16} aria-hidden />
              {t(`look.${one}`)}
            </RadioGroup.Item>
          )
        })}
      </RadioGroup.Root>
    </Section>
  )
}
