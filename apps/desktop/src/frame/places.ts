import type { Permission } from '@centrala/api/permission.ts'
import {
  Activity,
  ChartColumn,
  FlaskConical,
  Inbox,
  type LucideIcon,
  Search,
  Settings,
  SlidersHorizontal,
} from 'lucide-react'

/**
 * The places of the rail, in order. Everyone has the same frame; a role sees more places, not another product. A new
 * place is a line here, its texts under `place.<key>`, and its routes in pages/<key>/routes.ts.
 */
export interface Place {
  key: 'inbox' | 'search' | 'supervisor' | 'reports' | 'whatIf' | 'admin' | 'settings'
  path: string
  icon: LucideIcon
  /** Any of these opens it. */
  permissions: readonly Permission[]
  /** Sequence after which it opens. */
  keys: string
  /** At the foot of the rail, away from daily work. */
  foot?: boolean
}

export const PLACES: readonly Place[] = [
  { key: 'inbox', path: '/inbox', icon: Inbox, permissions: ['inbox.handle'], keys: 'g i' },
  { key: 'search', path: '/search', icon: Search, permissions: ['conversation.read'], keys: 'g s' },
  { key: 'supervisor', path: '/supervisor', icon: Activity, permissions: ['supervise.read'], keys: 'g l' },
  { key: 'reports', path: '/reports', icon: ChartColumn, permissions: ['report.read'], keys: 'g r' },
  { key: 'whatIf', path: '/what-if', icon: FlaskConical, permissions: ['supervise.read'], keys: 'g w' },
  {
    key: 'admin',
    path: '/admin',
    icon: SlidersHorizontal,
    permissions: ['people.manage', 'routing.manage', 'channel.manage', 'security.manage', 'audit.read'],
    keys: 'g a',
    foot: true,
  },
  { key: 'settings', path: '/settings', icon: Settings, permissions: ['self'], keys: 'g m', foot: true },
]

export const placesFor = (can: (permission: Permission) => boolean): Place[] =>
  PLACES.filter(place => place.permissions.some(can))
