import type { Permission } from '@centrala/api/permission.ts'
import { type AsyncRouteComponent, lazyRouteComponent } from '@tanstack/react-router'
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
import { withTexts } from '../../i18n/i18n.ts'

export const GROUPS = ['people', 'routing', 'channels', 'phone', 'quality', 'integrations', 'security'] as const

/** One page of the administration: a line in the side list, at /admin/<key>. Its texts are `admin:section.<key>`. */
export interface Section {
  key: string
  group: (typeof GROUPS)[number]
  icon: LucideIcon
  /** Any of these opens it. */
  permissions: readonly Permission[]
  page: AsyncRouteComponent<object>
}

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
    page: lazyRouteComponent(
      withTexts(() => import('./people/people-page.tsx'), 'adminPeople', 'adminPolicy'),
      'PeoplePage',
    ),
  },
  {
    key: 'teams',
    group: 'people',
    icon: UsersRound,
    permissions: people,
    page: lazyRouteComponent(
      withTexts(() => import('./people/teams-page.tsx'), 'adminPeople', 'adminPolicy'),
      'TeamsPage',
    ),
  },
  {
    key: 'queues',
    group: 'routing',
    icon: Inbox,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./queues/queues-page.tsx'), 'adminRouting', 'adminPolicy'),
      'QueuesPage',
    ),
  },
  {
    key: 'profiles',
    group: 'routing',
    icon: Split,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./profiles/profiles-page.tsx'), 'adminRouting'),
      'ProfilesPage',
    ),
  },
  {
    key: 'skills',
    group: 'routing',
    icon: Award,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./skills/skills-page.tsx'), 'adminRouting'),
      'SkillsPage',
    ),
  },
  {
    key: 'hours',
    group: 'routing',
    icon: Clock,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./hours/hours-page.tsx'), 'adminRouting'),
      'HoursPage',
    ),
  },
  {
    key: 'brands',
    group: 'channels',
    icon: Tags,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./brands/brands-page.tsx'), 'adminChannels', 'adminPolicy'),
      'BrandsPage',
    ),
  },
  {
    key: 'channels',
    group: 'channels',
    icon: Radio,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./channels/channels-page.tsx'), 'adminChannels', 'phrase'),
      'ChannelsPage',
    ),
  },
  {
    key: 'rules',
    group: 'channels',
    icon: Route,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./rules/rules-page.tsx'), 'adminChannels'),
      'RulesPage',
    ),
  },
  {
    key: 'canned',
    group: 'channels',
    icon: MessageSquareText,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./canned/canned-page.tsx'), 'adminChannels'),
      'CannedPage',
    ),
  },
  {
    key: 'numbers',
    group: 'phone',
    icon: Hash,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./phone-numbers/numbers-page.tsx'), 'adminPhone'),
      'NumbersPage',
    ),
  },
  {
    key: 'flows',
    group: 'phone',
    icon: Workflow,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./phone-flows/flows-page.tsx'), 'adminPhone', 'phrase'),
      'FlowsPage',
    ),
  },
  {
    key: 'prompts',
    group: 'phone',
    icon: AudioLines,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./phone-prompts/prompts-page.tsx'), 'adminPhone', 'phrase'),
      'PromptsPage',
    ),
  },
  {
    key: 'trunks',
    group: 'phone',
    icon: Cable,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./phone-trunks/trunks-page.tsx'), 'adminPhone', 'phrase'),
      'TrunksPage',
    ),
  },
  {
    key: 'deskPhones',
    group: 'phone',
    icon: PhoneCall,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./phone-desk-phones/desk-phones-page.tsx'), 'adminPhone'),
      'DeskPhonesPage',
    ),
  },
  {
    key: 'dialling',
    group: 'phone',
    icon: Globe,
    permissions: channels,
    page: lazyRouteComponent(
      withTexts(() => import('./phone-dialling/dialling-page.tsx'), 'adminPhone'),
      'DiallingPage',
    ),
  },
  {
    key: 'codes',
    group: 'quality',
    icon: ListTree,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./codes/codes-page.tsx'), 'adminQuality'),
      'CodesPage',
    ),
  },
  {
    key: 'surveys',
    group: 'quality',
    icon: Smile,
    permissions: routing,
    page: lazyRouteComponent(
      withTexts(() => import('./surveys/surveys-page.tsx'), 'adminQuality'),
      'SurveysPage',
    ),
  },
  {
    key: 'webhooks',
    group: 'integrations',
    icon: Webhook,
    permissions: ['security.manage'],
    page: lazyRouteComponent(
      withTexts(() => import('./webhooks/webhooks-page.tsx'), 'adminWebhooks', 'phrase'),
      'WebhooksPage',
    ),
  },
  {
    key: 'keys',
    group: 'integrations',
    icon: KeySquare,
    permissions: security,
    page: lazyRouteComponent(
      withTexts(() => import('./security/keys-page.tsx'), 'adminSecurity'),
      'KeysPage',
    ),
  },
  {
    key: 'company',
    group: 'security',
    icon: Building2,
    permissions: security,
    page: lazyRouteComponent(
      withTexts(() => import('./company/company-page.tsx'), 'adminSecurity', 'phrase'),
      'CompanyPage',
    ),
  },
  {
    key: 'providers',
    group: 'security',
    icon: LogIn,
    permissions: security,
    page: lazyRouteComponent(
      withTexts(() => import('./security/providers-page.tsx'), 'adminSecurity', 'phrase'),
      'ProvidersPage',
    ),
  },
  {
    key: 'audit',
    group: 'security',
    icon: ScrollText,
    permissions: ['audit.read'],
    page: lazyRouteComponent(
      withTexts(() => import('./audit/audit-page.tsx'), 'adminSecurity'),
      'AuditPage',
    ),
  },
] as const satisfies readonly Section[]

export type SectionKey = (typeof SECTIONS)[number]['key']

/** What opens the administration at all. */
export const ADMIN_PERMISSIONS: readonly Permission[] = [...new Set(SECTIONS.flatMap(section => section.permissions))]

export const sectionsFor = (can: (permission: Permission) => boolean) =>
  SECTIONS.filter(section => section.permissions.some(can))

/** Fetches the page of a section before it is shown. */
export const loadSection = async (key: string): Promise<void> =>
  SECTIONS.find(section => section.key === key)?.page.preload?.()
