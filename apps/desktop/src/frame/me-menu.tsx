import { enterTenant, listMemberships, signOut } from '@centrala/api/sign-in.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Building2, Keyboard, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { Avatar } from '../components/avatar.tsx'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../components/menu.tsx'
import { toast } from '../components/toast.tsx'
import { setTheme, THEMES, useTheme } from '../design/theme.ts'
import { problemWords } from '../i18n/problem-words.ts'
import { useMe } from '../session/me.ts'

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon }

export function MeMenu({ onKeys }: { onKeys: () => void }) {
  const { t } = useTranslation(['frame', 'common'])
  const me = useMe()
  const theme = useTheme()
  const navigate = useNavigate()
  // Asked for when the menu is first used; most people belong to one company.
  const [used, setUsed] = useState(false)
  const memberships =
    useQuery({
      queryKey: ['my', 'tenants'],
      queryFn: async () => (await api.call(listMemberships)).items,
      enabled: used,
    }).data ?? []
  const enter = async (slug: string) => {
    try {
      await api.call(enterTenant, { body: { slug } })
      location.assign('/')
    } catch (error) {
      toast({ tone: 'bad', title: problemWords(error) })
    }
  }
  const leave = async () => {
    try {
      await api.call(signOut)
      location.assign('/sign-in')
    } catch (error) {
      toast({ tone: 'bad', title: problemWords(error) })
    }
  }
  return (
    <Menu
      className="w-60"
      trigger={
        <button
          type="button"
          onPointerEnter={() => setUsed(true)}
          onFocus={() => setUsed(true)}
          aria-label={t('me.menu', { name: me.name })}
          className="rounded-full"
        >
          <Avatar name={me.name} seed={me.id} className="size-8" />
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-2">
        <p className="truncate font-semibold">{me.name}</p>
        <p className="truncate text-muted text-xs">{me.email}</p>
        <p className="truncate text-muted text-xs">
          {me.tenant.name} · {me.roles.map(role => t(`common:role.${role}`)).join(', ')}
        </p>
      </div>
      <MenuSeparator />
      <MenuItem icon={Settings} keys="g m" onSelect={() => void navigate({ to: '/settings' })}>
        {t('place.settings')}
      </MenuItem>
      <MenuItem icon={Keyboard} keys="?" onSelect={onKeys}>
        {t('keys.title')}
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>{t('section.look')}</MenuLabel>
      {THEMES.map(one => (
        <MenuItem key={one} icon={THEME_ICONS[one]} checked={theme === one} onSelect={() => setTheme(one)}>
          {t(`theme.${one}`)}
        </MenuItem>
      ))}
      {memberships.length > 1 && (
        <>
          <MenuSeparator />
          <MenuLabel>{t('me.tenants')}</MenuLabel>
          {memberships.map(one => (
            <MenuItem
              key={one.tenantId}
              icon={Building2}
              checked={one.current}
              onSelect={() => !one.current && void enter(one.slug)}
            >
              {one.name}
            </MenuItem>
          ))}
        </>
      )}
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void leave()}>
        {t('me.signOut')}
      </MenuItem>
    </Menu>
  )
}
