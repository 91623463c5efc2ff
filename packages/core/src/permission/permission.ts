/** What a person may do. A role is a set of these; the API checks one per route. */
export const PERMISSIONS = [
  'self', // one's own session, presence and settings: everyone who is signed in
  'inbox.handle', // be offered work, answer, transfer, wrap up
  'conversation.read',
  'customer.read',
  'customer.write',
  'customer.merge',
  'customer.export', // take personal data out; every look is audited
  'supervise.read', // live view of agents, queues, receipts
  'supervise.act', // reassign, change priority, force a presence
  'report.read',
  'recording.listen', // every listening is audited
  'recording.delete',
  'people.manage', // users, teams, presence reasons
  'routing.manage', // skills, routing profiles, queues, hours, brands, wrap-up codes, contact reasons, canned replies, surveys
  'channel.manage', // mailboxes, widgets, mail rules, trunks, numbers, desk phones, prompts, flows
  'security.manage', // API keys, single sign-on, web hooks, tenant settings
  'audit.read',
] as const
export type Permission = (typeof PERMISSIONS)[number]

export const ROLES = ['agent', 'supervisor', 'admin', 'analyst', 'client'] as const
export type Role = (typeof ROLES)[number]

const AGENT: Permission[] = ['self', 'inbox.handle', 'conversation.read', 'customer.read', 'customer.write']
const SUPERVISOR: Permission[] = [
  ...AGENT,
  'customer.merge',
  'supervise.read',
  'supervise.act',
  'report.read',
  'recording.listen',
  'routing.manage',
]

/** The permission table: who may do what. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  agent: AGENT,
  supervisor: SUPERVISOR,
  admin: PERMISSIONS,
  analyst: ['self', 'conversation.read', 'customer.read', 'supervise.read', 'report.read'],
  client: ['self', 'report.read'],
}

/** All that a person with these roles may do. */
export function permissionsOf(roles: readonly Role[]): Set<Permission> {
  return new Set(roles.flatMap(role => ROLE_PERMISSIONS[role]))
}
