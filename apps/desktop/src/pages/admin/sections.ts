import type { Permission } from '@centrala/api/permission.ts'
import {
  AudioLines,
  Award,
  Building2,
  Cable,
  Clock,
  Globe,
  Hash,
  Inbox,
  KeySquare,
  ListTree,
  LogIn,
  type LucideIcon,
  MessageSquareText,
  PhoneCall,
  Radio,
  Route,
  ScrollText,
  Smile,
  Split,
  Tags,
  Users,
  UsersRound,
  Webhook,
  Workflow,
} from 'lucide-react'
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

export const GROUPS = ['people', 'routing', 'channels', 'phone', 'quality', 'integrations', 'security'] as const

/** One page of the administration: a line in the side list, at /admin/<key>. Its texts are `admin:section.<key>`. */
export interface Section {
  key: string
  group: (typeof GROUPS)[number]
  icon: LucideIcon
  /** Any of these opens it. */
  permissions: readonly Permission[]
  page: LazyExoticComponent<ComponentType>
}

const page = <Name extends string>(load: () => Promise<{ [K in Name]: ComponentType }>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }))

const people: readonly Permission[] = ['people.manage']
const security: readonly Permission[] = ['security.manage']
const routing: readonly Permission[] = ['routing.manage']
const channels: readonly Permission[] = ['channel.manage']

/** Every page, in the order in which it is listed. A new one is an entry here and its texts. */
export const SECTIONS = [
  {
    key: 'people',
    group: 'people',
    icon: Users,
    permissions: people,
    page: page(() => import('./people/people-page.tsx'), 'PeoplePage'),
  },
  {
    key: 'teams',
    group: 'people',
    icon: UsersRound,
    permissions: people,
    page: page(() => import('./people/teams-page.tsx'), 'TeamsPage'),
  },
  {
    key: 'queues',
    group: 'routing',
    icon: Inbox,
    permissions: routing,
    page: page(() => import('./queues/queues-page.tsx'), 'QueuesPage'),
  },
  {
    key: 'profiles',
    group: 'routing',
    icon: Split,
    permissions: routing,
    page: page(() => import('./profiles/profiles-page.tsx'), 'ProfilesPage'),
  },
  {
    key: 'skills',
    group: 'routing',
    icon: Award,
    permissions: routing,
    page: page(() => import('./skills/skills-page.tsx'), 'SkillsPage'),
  },
  {
    key: 'hours',
    group: 'routing',
    icon: Clock,
    permissions: routing,
    page: page(() => import('./hours/hours-page.tsx'), 'HoursPage'),
  },
  {
    key: 'brands',
    group: 'channels',
    icon: Tags,
    permissions: routing,
    page: page(() => import('./brands/brands-page.tsx'), 'BrandsPage'),
  },
  {
    key: 'channels',
    group: 'channels',
    icon: Radio,
    permissions: channels,
    page: page(() => import('./channels/channels-page.tsx'), 'ChannelsPage'),
  },
  {
    key: 'rules',
    group: 'channels',
    icon: Route,
    permissions: channels,
    page: page(() => import('./rules/rules-page.tsx'), 'RulesPage'),
  },
  {
    key: 'canned',
    group: 'channels',
    icon: MessageSquareText,
    permissions: routing,
    page: page(() => import('./canned/canned-page.tsx'), 'CannedPage'),
  },
  {
    key: 'numbers',
    group: 'phone',
    icon: Hash,
    permissions: channels,
    page: page(() => import('./phone-numbers/numbers-page.tsx'), 'NumbersPage'),
  },
  {
    key: 'flows',
    group: 'phone',
    icon: Workflow,
    permissions: channels,
    page: page(() => import('./phone-flows/flows-page.tsx'), 'FlowsPage'),
  },
  {
    key: 'prompts',
    group: 'phone',
    icon: AudioLines,
    permissions: channels,
    page: page(() => import('./phone-prompts/prompts-page.tsx'), 'PromptsPage'),
  },
  {
    key: 'trunks',
    group: 'phone',
    icon: Cable,
    permissions: channels,
    page: page(() => import('./phone-trunks/trunks-page.tsx'), 'TrunksPage'),
  },
  {
    key: 'deskPhones',
    group: 'phone',
    icon: PhoneCall,
    permissions: channels,
    page: page(() => import('./phone-desk-phones/desk-phones-page.tsx'), 'DeskPhonesPage'),
  },
  {
    key: 'dialling',
    group: 'phone',
    icon: Globe,
    permissions: channels,
    page: page(() => import('./phone-dialling/dialling-page.tsx'), 'DiallingPage'),
  },
  {
    key: 'codes',
    group: 'quality',
    icon: ListTree,
    permissions: routing,
    page: page(() => import('./codes/codes-page.tsx'), 'CodesPage'),
  },
  {
    key: 'surveys',
    group: 'quality',
    icon: Smile,
    permissions: routing,
    page: page(() => import('./surveys/surveys-page.tsx'), 'SurveysPage'),
  },
  {
    key: 'webhooks',
    group: 'integrations',
    icon: Webhook,
    permissions: ['security.manage'],
    page: page(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  },
  {
    key: 'keys',
    group: 'integrations',
    icon: KeySquare,
    permissions: security,
    page: page(() => import('./security/keys-page.tsx'), 'KeysPage'),
  },
  {
    key: 'company',
    group: 'security',
    icon: Building2,
    permissions: security,
    page: page(() => import('./company/company-page.tsx'), 'CompanyPage'),
  },
  {
    key: 'providers',
    group: 'security',
    icon: LogIn,
    permissions: security,
    page: page(() => import('./security/providers-page.tsx'), 'ProvidersPage'),
  },
  {
    key: 'audit',
    group: 'security',
    icon: ScrollText,
    permissions: ['audit.read'],
    page: page(() => import('./audit/audit-page.tsx'), 'AuditPage'),
  },
] as const satisfies readonly Section[]

export type SectionKey = (typeof SECTIONS)[number]['key']

/** What opens the administration at all. */
export const ADMIN_PERMISSIONS: readonly Permission[] = [...new Set(SECTIONS.flatMap(section => section.permissions))]

export const sectionsFor = (can: (permission: Permission) => boolean) =>
  SECTIONS.filter(section => section.permissions.some(can))
