import { z } from 'zod'
import { route } from './route.ts'
import { Id, Language, Name } from './shapes.ts'

/** Something an agent can do, with a proficiency of 1 to 5; a language is a skill that also says which one it is. */
export const Skill = z.object({
  id: Id,
  name: z.string(),
  kind: z.enum(['skill', 'language']),
  language: z.string().nullable(),
  agentCount: z.number().int().meta({ description: 'Active users who have it, at any proficiency' }),
})
export type Skill = z.infer<typeof Skill>

const params = { id: Id }
/** A language is chosen with the kind; a plain skill has none. */
export const skillBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('skill'), name: Name }),
  z.strictObject({ kind: z.literal('language'), name: Name, language: Language }),
])

export const listSkills = route({
  id: 'listSkills',
  method: 'GET',
  path: '/skills',
  access: 'self',
  tag: 'skill',
  summary: 'Skills, by name',
  response: z.object({ items: z.array(Skill) }),
})
export const getSkill = route({
  id: 'getSkill',
  method: 'GET',
  path: '/skills/:id',
  access: 'self',
  tag: 'skill',
  summary: 'One skill',
  params,
  response: Skill,
})
export const createSkill = route({
  id: 'createSkill',
  method: 'POST',
  path: '/skills',
  access: 'routing.manage',
  tag: 'skill',
  summary: 'Add a skill',
  body: skillBody,
  response: Skill,
})
export const changeSkill = route({
  id: 'changeSkill',
  method: 'PUT',
  path: '/skills/:id',
  access: 'routing.manage',
  tag: 'skill',
  summary: 'Change a skill',
  params,
  body: skillBody,
  response: Skill,
})
export const deleteSkill = route({
  id: 'deleteSkill',
  method: 'DELETE',
  path: '/skills/:id',
  access: 'routing.manage',
  tag: 'skill',
  summary: 'Delete a skill that no queue asks for; agents lose it',
  params,
})
