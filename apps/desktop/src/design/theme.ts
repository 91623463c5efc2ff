import { useSyncExternalStore } from 'react'
import { keep } from '../keep.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'centrala.theme'
const listeners = new Set<() => void>()
const systemDark = matchMedia('(prefers-color-scheme: dark)')

export function theme(): Theme {
  const stored = localStorage.getItem(KEY)
  return THEMES.find(known => known === stored) ?? 'system'
}

/** Whether the screen is dark now, whoever decided it. */
export const isDark = (): boolean => (theme() === 'system' ? systemDark.matches : theme() === 'dark')

export function applyTheme(): void {
  const chosen = theme()
  if (chosen === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
}

export function setTheme(chosen: Theme): void {
  keep(KEY, chosen)
  applyTheme()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  systemDark.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    systemDark.removeEventListener('change', listener)
  }
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, theme)
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDark)
