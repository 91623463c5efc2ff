import { ApiError } from '@centrala/api/client.ts'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queries } from './api.ts'
import { Loading } from './components/spinner.tsx'
import { Frame } from './frame/frame.tsx'
import { NotFound, PageFailed } from './frame/page-failed.tsx'
import { placesFor } from './frame/places.ts'
import { withTexts } from './i18n/i18n.ts'
import type { ReportSearch } from './pages/reports/asked-of.ts'
import { part } from './part.ts'
import { meQuery } from './session/me.ts'

/** One text of the address's query, left out where it is missing or empty. */
function pick<Name extends string>(search: Record<string, unknown>, name: Name): { [K in Name]?: string } {
  const value = search[name]
  return (typeof value === 'string' && value !== '' ? { [name]: value } : {}) as { [K in Name]?: string }
}

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageFailed })

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { to?: string; failed?: string; tenant?: string } => ({
    ...pick(search, 'to'),
    ...pick(search, 'failed'),
    ...pick(search, 'tenant'),
  }),
  component: lazyRouteComponent(
    withTexts(() => import('./pages/sign-in/sign-in-page.tsx'), 'signIn'),
    'SignInPage',
  ),
})

/** Behind an invitation or a password link: nobody is signed in yet. */
const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome/$token',
  component: lazyRouteComponent(
    withTexts(() => import('./pages/welcome/welcome-page.tsx'), 'welcome'),
    'WelcomePage',
  ),
})

/** Everything below the frame needs somebody signed in. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  component: Frame,
  beforeLoad: async ({ location }) => {
    try {
      const me = await queries.ensureQueryData(meQuery)
      // Nothing else is open until it is set up.
      if (me.twoFactorOwed && location.pathname !== '/settings') throw redirect({ to: '/settings' })
      return { me }
    } catch (error) {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
      throw error
    }
  },
})

const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad: ({ context }) => {
    const place = placesFor(permission => context.me.permissions.includes(permission))[0]
    throw redirect({ to: place?.path ?? '/settings' })
  },
})

const inboxPage = lazyRouteComponent(
  part(() => import('./pages/inbox/inbox-page.tsx')),
  'InboxPage',
)
const inboxRoute = createRoute({ getParentRoute: () => frameRoute, path: '/inbox', component: inboxPage })
const interactionRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: '$interactionId',
  validateSearch: (search): { message?: string } => pick(search, 'message'),
})

const conversationRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/conversations/$conversationId',
  validateSearch: (search): { message?: string } => pick(search, 'message'),
  component: lazyRouteComponent(
    part(() => import('./pages/conversation/conversation-page.tsx')),
    'ConversationPage',
  ),
})
const searchRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/search',
  validateSearch: (search): { q?: string } => pick(search, 'q'),
  component: lazyRouteComponent(
    withTexts(() => import('./pages/search/search-page.tsx'), 'search'),
    'SearchPage',
  ),
})
const customerRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/customers/$customerId',
  component: lazyRouteComponent(
    part(() => import('./pages/customer/customer-page.tsx')),
    'CustomerPage',
  ),
})
const supervisorRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/supervisor',
  validateSearch: (search): { contact?: string } => pick(search, 'contact'),
  component: lazyRouteComponent(
    withTexts(() => import('./pages/supervisor/supervisor-page.tsx'), 'supervisor', 'call', 'phrase'),
    'SupervisorPage',
  ),
})
const reportsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/reports',
  validateSearch: (search): ReportSearch => ({
    ...pick(search, 'report'),
    ...pick(search, 'period'),
    ...pick(search, 'from'),
    ...pick(search, 'to'),
    ...pick(search, 'by'),
    ...pick(search, 'step'),
    ...pick(search, 'queue'),
    ...pick(search, 'agent'),
    ...pick(search, 'channel'),
  }),
  component: lazyRouteComponent(
    withTexts(() => import('./pages/reports/reports-page.tsx'), 'reports'),
    'ReportsPage',
  ),
})
const whatIfRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/what-if',
  validateSearch: (search): { run?: string } => pick(search, 'run'),
  component: lazyRouteComponent(
    withTexts(() => import('./pages/what-if/what-if-page.tsx'), 'whatIf'),
    'WhatIfPage',
  ),
})
const settingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/settings',
  component: lazyRouteComponent(
    withTexts(() => import('./pages/settings/settings-page.tsx'), 'settings', 'call'),
    'SettingsPage',
  ),
})

const adminRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin',
  component: lazyRouteComponent(
    withTexts(() => import('./pages/admin/admin-page.tsx'), 'admin'),
    'AdminPage',
  ),
})
const adminSections = part(() => import('./pages/admin/sections.ts'))
const adminSectionRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '$section',
  loader: async ({ params }) => (await adminSections()).loadSection(params.section),
  validateSearch: (search): { open?: string } => pick(search, 'open'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  welcomeRoute,
  frameRoute.addChildren([
    homeRoute,
    inboxRoute.addChildren([interactionRoute]),
    conversationRoute,
    searchRoute,
    customerRoute,
    supervisorRoute,
    reportsRoute,
    whatIfRoute,
    settingsRoute,
    adminRoute.addChildren([adminSectionRoute]),
  ]),
])

export const router = createRouter({
  routeTree,
  defaultPendingComponent: Loading,
  defaultPendingMs: 300,
  defaultErrorComponent: PageFailed,
  defaultPreload: 'intent',
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
