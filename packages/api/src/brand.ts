import { z } from 'zod'
import { route } from './route.ts'
import { Id, Locale, Name, RoutingWeight } from './shapes.ts'

/** A client programme inside a tenant. */
export const Brand = z.object({
  id: Id,
  name: z.string(),
  locale: Locale,
  color: z.string(),
  routingWeight: z.int().meta({ description: 'Points that its contacts have above others' }),
  queueIds: z.array(Id),
  channelAccountIds: z.array(Id),
})
export type Brand = z.infer<typeof Brand>

const params = { id: Id }
export const Color = z.string().regex(/^#[0-9a-f]{6}$/i, 'Write a colour such as #0f766e.')
export const brandBody = z.strictObject({
  name: Name,
  locale: Locale.default('en').meta({ description: 'In which it writes when the customer’s language is not known' }),
  color: Color.default('#0f766e'),
  routingWeight: RoutingWeight.optional().meta({ description: 'Left out: as it is; 0 for a new brand' }),
})

export const listBrands = route({
  id: 'listBrands',
  method: 'GET',
  path: '/brands',
  access: 'self',
  tag: 'brand',
  summary: 'Brands, by name',
  response: z.object({ items: z.array(Brand) }),
})
export const getBrand = route({
  id: 'getBrand',
  method: 'GET',
  path: '/brands/:id',
  access: 'self',
  tag: 'brand',
  summary: 'One brand',
  params,
  response: Brand,
})
export const createBrand = route({
  id: 'createBrand',
  method: 'POST',
  path: '/brands',
  access: 'routing.manage',
  tag: 'brand',
  summary: 'Add a brand',
  body: brandBody,
  response: Brand,
})
export const changeBrand = route({
  id: 'changeBrand',
  method: 'PUT',
  path: '/brands/:id',
  access: 'routing.manage',
  tag: 'brand',
  summary: 'Change a brand',
  params,
  body: brandBody,
  response: Brand,
})
export const deleteBrand = route({
  id: 'deleteBrand',
  method: 'DELETE',
  path: '/brands/:id',
  access: 'routing.manage',
  tag: 'brand',
  summary: 'Delete a brand that nothing belongs to',
  params,
})
