import { z } from 'zod'
import { Conversation } from './conversation.ts'
import { route } from './route.ts'
import { At, Attributes, Email, Id, Language, Name, page, paging, RoutingWeight, Tag, TimeZone } from './shapes.ts'

export const IDENTITY_KINDS = ['email', 'phone', 'visitor', 'external'] as const
export const Identity = z.object({
  id: Id,
  kind: z.enum(IDENTITY_KINDS),
  address: z.string(),
  verifiedAt: At.nullable(),
})
export const CustomerNote = z.object({
  id: Id,
  userId: Id.nullable(),
  userName: z.string().nullable(),
  text: z.string(),
  createdAt: At,
})
export const Customer = z.object({
  id: Id,
  name: z.string().nullable(),
  companyId: Id.nullable(),
  companyName: z.string().nullable(),
  language: z.string().nullable(),
  timeZone: z.string().nullable(),
  attributes: Attributes,
  tags: z.array(z.string()),
  routingWeight: z.int().meta({ description: 'Points that their contacts have above others' }),
  mergedIntoId: Id.nullable(),
  identities: z.array(Identity),
  createdAt: At,
})
export type Customer = z.infer<typeof Customer>

const params = { id: Id }
const fields = {
  name: Name.nullable(),
  companyId: Id.nullable(),
  language: Language.nullable(),
  timeZone: TimeZone.nullable(),
  attributes: Attributes,
  tags: z.array(Tag).max(30),
  routingWeight: RoutingWeight,
}
const identityBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), address: Email }),
  z.strictObject({ kind: z.literal('phone'), address: z.string().min(3).max(40) }),
  z.strictObject({ kind: z.literal('external'), address: z.string().min(1).max(200) }),
])
export const listCustomers = route({
  id: 'listCustomers',
  method: 'GET',
  path: '/customers',
  access: 'customer.read',
  tag: 'customer',
  summary: 'Customers, newest first, or found by a name or address (typos and diacritics forgiven)',
  query: { ...paging, q: z.string().max(200).optional(), companyId: Id.optional() },
  response: page(Customer),
})
export const getCustomer = route({
  id: 'getCustomer',
  method: 'GET',
  path: '/customers/:id',
  access: 'customer.read',
  tag: 'customer',
  summary: 'One customer',
  params,
  response: Customer,
})
export const createCustomer = route({
  id: 'createCustomer',
  method: 'POST',
  path: '/customers',
  access: 'customer.write',
  tag: 'customer',
  summary: 'Add a customer',
  body: z.strictObject({
    ...z.strictObject(fields).partial().shape,
    identities: z.array(identityBody).max(20).default([]),
  }),
  response: Customer,
})
export const changeCustomer = route({
  id: 'changeCustomer',
  method: 'PATCH',
  path: '/customers/:id',
  access: 'customer.write',
  tag: 'customer',
  summary: 'Change a customer',
  params,
  body: z.strictObject(fields).partial(),
  response: Customer,
})
export const addIdentity = route({
  id: 'addIdentity',
  method: 'POST',
  path: '/customers/:id/identities',
  access: 'customer.write',
  tag: 'customer',
  summary: 'Add an address',
  params,
  body: identityBody,
  response: Customer,
})
export const removeIdentity = route({
  id: 'removeIdentity',
  method: 'DELETE',
  path: '/customers/:id/identities/:identityId',
  access: 'customer.write',
  tag: 'customer',
  summary: 'Remove an address',
  params: { id: Id, identityId: Id },
  response: Customer,
})
export const listCustomerConversations = route({
  id: 'listCustomerConversations',
  method: 'GET',
  path: '/customers/:id/conversations',
  access: 'customer.read',
  tag: 'customer',
  summary: 'The timeline: every conversation on every channel, newest first',
  params,
  query: paging,
  response: page(Conversation),
})
export const listCustomerNotes = route({
  id: 'listCustomerNotes',
  method: 'GET',
  path: '/customers/:id/notes',
  access: 'customer.read',
  tag: 'customer',
  summary: 'Notes about a customer',
  params,
  response: z.object({ items: z.array(CustomerNote) }),
})
export const addCustomerNote = route({
  id: 'addCustomerNote',
  method: 'POST',
  path: '/customers/:id/notes',
  access: 'customer.write',
  tag: 'customer',
  summary: 'Write a note about a customer',
  params,
  body: z.strictObject({ text: z.string().trim().min(1).max(10_000) }),
  response: CustomerNote,
})
export const deleteCustomerNote = route({
  id: 'deleteCustomerNote',
  method: 'DELETE',
  path: '/customers/:id/notes/:noteId',
  access: 'customer.write',
  tag: 'customer',
  summary: 'Delete one’s own note',
  params: { id: Id, noteId: Id },
})
export const exportCustomer = route({
  id: 'exportCustomer',
  method: 'GET',
  path: '/customers/:id/export',
  access: 'customer.export',
  tag: 'customer',
  summary: 'Everything stored about a customer, as JSON; each look is audited',
  params,
  response: z.record(z.string(), z.unknown()),
})

export const MergeSuggestion = z.object({
  id: Id,
  customer: Customer,
  other: Customer,
  reason: z.enum(['sameEmail', 'samePhone', 'sameName']),
  evidence: z.string(),
})
export const listMergeSuggestions = route({
  id: 'listMergeSuggestions',
  method: 'GET',
  path: '/merge-suggestions',
  access: 'customer.read',
  tag: 'customer',
  summary: 'Customers who may be one person',
  query: { customerId: Id.optional() },
  response: z.object({ items: z.array(MergeSuggestion) }),
})
export const dismissMergeSuggestion = route({
  id: 'dismissMergeSuggestion',
  method: 'DELETE',
  path: '/merge-suggestions/:id',
  access: 'customer.merge',
  tag: 'customer',
  summary: 'They are two people',
  params,
})
export const Merge = z.object({
  id: Id,
  keptId: Id,
  mergedId: Id,
  mergedName: z.string().nullable(),
  mergedAt: At,
  mergedBy: z.string().nullable(),
  undoneAt: At.nullable(),
})
export const mergeCustomers = route({
  id: 'mergeCustomers',
  method: 'POST',
  path: '/customers/:id/merge',
  access: 'customer.merge',
  tag: 'customer',
  summary: 'Merge another customer into this one; can be undone',
  params,
  body: z.strictObject({ otherId: Id }),
  response: Merge,
})
export const listMerges = route({
  id: 'listMerges',
  method: 'GET',
  path: '/customers/:id/merges',
  access: 'customer.read',
  tag: 'customer',
  summary: 'Who was merged into this customer',
  params,
  response: z.object({ items: z.array(Merge) }),
})
export const unmergeCustomers = route({
  id: 'unmergeCustomers',
  method: 'POST',
  path: '/merges/:id/undo',
  access: 'customer.merge',
  tag: 'customer',
  summary: 'Undo a merge: everything goes back to whom it came from',
  params,
  response: Merge,
})

export const Company = z.object({
  id: Id,
  name: z.string(),
  domain: z.string().nullable(),
  attributes: Attributes,
  customers: z.number().int(),
  createdAt: At,
})
const companyBody = z.strictObject({
  name: Name,
  domain: z.string().max(253).nullable().default(null),
  attributes: Attributes.default({}),
})
export const listCompanies = route({
  id: 'listCompanies',
  method: 'GET',
  path: '/companies',
  access: 'customer.read',
  tag: 'company',
  summary: 'Companies by name',
  query: { ...paging, q: z.string().max(200).optional() },
  response: page(Company),
})
export const getCompany = route({
  id: 'getCompany',
  method: 'GET',
  path: '/companies/:id',
  access: 'customer.read',
  tag: 'company',
  summary: 'One company',
  params,
  response: Company,
})
export const createCompany = route({
  id: 'createCompany',
  method: 'POST',
  path: '/companies',
  access: 'customer.write',
  tag: 'company',
  summary: 'Add a company',
  body: companyBody,
  response: Company,
})
export const changeCompany = route({
  id: 'changeCompany',
  method: 'PUT',
  path: '/companies/:id',
  access: 'customer.write',
  tag: 'company',
  summary: 'Change a company',
  params,
  body: companyBody,
  response: Company,
})
export const deleteCompany = route({
  id: 'deleteCompany',
  method: 'DELETE',
  path: '/companies/:id',
  access: 'customer.merge',
  tag: 'company',
  summary: 'Delete a company that has no customers',
  params,
})

export const Found = z.object({
  customers: z.array(Customer),
  messages: z.array(
    z.object({
      messageId: Id,
      conversationId: Id,
      customerId: Id,
      customerName: z.string().nullable(),
      channel: z.string(),
      text: z.string(),
      createdAt: At,
    }),
  ),
})
export const search = route({
  id: 'search',
  method: 'GET',
  path: '/search',
  access: 'conversation.read',
  tag: 'customer',
  summary: 'Search customers and messages; typos and diacritics forgiven',
  query: { q: z.string().trim().min(2).max(200), limit: z.coerce.number().int().min(1).max(50).default(20) },
  response: Found,
})
