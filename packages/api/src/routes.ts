import * as conversation from './conversation.ts'
import * as customer from './customer.ts'
import * as interaction from './interaction.ts'
import * as presence from './presence.ts'
import type { Route } from './route.ts'
import * as session from './session.ts'

/** Every route of the API. Adding a noun is one line here. */
export const ROUTES: readonly Route[] = [session, presence, conversation, interaction, customer]
  .flatMap(noun => Object.values<unknown>(noun))
  .filter(isRoute)

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'access' in value && 'path' in value && 'method' in value
}
