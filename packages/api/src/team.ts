import { z } from 'zod'
import { route } from './route.ts'
import { Id, Name } from './shapes.ts'

export const Team = z.object({
  id: Id,
  name: z.string(),
  userCount: z.number().int().meta({ description: 'Users who are not deactivated' }),
})
export type Team = z.infer<typeof Team>

const params = { id: Id }
export const teamBody = z.strictObject({ name: Name })

export const listTeams = route({
  id: 'listTeams',
  method: 'GET',
  path: '/teams',
  access: 'self',
  tag: 'team',
  summary: 'Teams, by name',
  response: z.object({ items: z.array(Team) }),
})
export const createTeam = route({
  id: 'createTeam',
  method: 'POST',
  path: '/teams',
  access: 'people.manage',
  tag: 'team',
  summary: 'Add a team',
  body: teamBody,
  response: Team,
})
export const changeTeam = route({
  id: 'changeTeam',
  method: 'PUT',
  path: '/teams/:id',
  access: 'people.manage',
  tag: 'team',
  summary: 'Rename a team',
  params,
  body: teamBody,
  response: Team,
})
export const deleteTeam = route({
  id: 'deleteTeam',
  method: 'DELETE',
  path: '/teams/:id',
  access: 'people.manage',
  tag: 'team',
  summary: 'Delete a team; its people are in none then',
  params,
})
