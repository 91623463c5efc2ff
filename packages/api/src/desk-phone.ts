import { z } from 'zod'
import { route } from './route.ts'
import { At, Id, Name } from './shapes.ts'

/** Desk phones sign in to this realm; the hashes of their passwords hold it (RFC 7616, 3.4.2). */
export const DESK_PHONE_REALM = 'centrala'

/** Few digits, so that it is no telephone number. */
export const Extension = z
  .string()
  .trim()
  .regex(/^\d{2,6}$/, 'Write two to six digits, such as 2001.')

/** A SIP phone of somebody: on the desk, or an app. */
export const DeskPhone = z.object({
  id: Id,
  name: z.string(),
  userId: Id,
  userName: z.string(),
  username: z.string(),
  extension: z.string().nullable().meta({ description: 'By which colleagues dial it, besides its user name' }),
  registered: z.boolean(),
  registeredAt: At.nullable(),
  userAgent: z.string().nullable().meta({ description: 'What the phone says it is' }),
})
export type DeskPhone = z.infer<typeof DeskPhone>

/** Where phones register: one of each voice node. */
export const PhoneServer = z.object({
  nodeId: z.string(),
  host: z.string(),
  udp: z.number().int().nullable(),
  tcp: z.number().int().nullable(),
  tls: z.number().int().nullable(),
  ws: z.number().int().nullable(),
  wss: z.number().int().nullable(),
  connected: z.boolean(),
})
export type PhoneServer = z.infer<typeof PhoneServer>

/** The password is told here and never again: only hashes of it are kept. */
const WithPassword = z.object({ phone: DeskPhone, password: z.string() })
const params = { id: Id }

export const listDeskPhones = route({
  id: 'listDeskPhones',
  method: 'GET',
  path: '/desk-phones',
  access: 'channel.manage',
  tag: 'deskPhone',
  summary: 'Desk phones, whose they are and whether they are registered; and where phones register',
  response: z.object({ items: z.array(DeskPhone), servers: z.array(PhoneServer) }),
})
export const createDeskPhone = route({
  id: 'createDeskPhone',
  method: 'POST',
  path: '/desk-phones',
  access: 'channel.manage',
  tag: 'deskPhone',
  summary: 'Give somebody a desk phone. User name and password are made here; the password is shown this once',
  body: z.strictObject({ name: Name, userId: Id }),
  response: WithPassword,
})
export const changeDeskPhone = route({
  id: 'changeDeskPhone',
  method: 'PATCH',
  path: '/desk-phones/:id',
  access: 'channel.manage',
  tag: 'deskPhone',
  summary: 'Rename a desk phone, or give it another extension',
  params,
  body: z.strictObject({ name: Name, extension: Extension.nullable().optional() }),
  response: DeskPhone,
})
export const replaceDeskPhonePassword = route({
  id: 'replaceDeskPhonePassword',
  method: 'POST',
  path: '/desk-phones/:id/password',
  access: 'channel.manage',
  tag: 'deskPhone',
  summary: 'Make a new password; the phone is out until it has it',
  params,
  response: WithPassword,
})
export const deleteDeskPhone = route({
  id: 'deleteDeskPhone',
  method: 'DELETE',
  path: '/desk-phones/:id',
  access: 'channel.manage',
  tag: 'deskPhone',
  summary: 'Take a desk phone away; a call on it goes on',
  params,
})
