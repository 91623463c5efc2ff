import * as agent from './agent.ts'
import * as apiKey from './api-key.ts'
import * as audit from './audit.ts'
import * as brand from './brand.ts'
import * as call from './call.ts'
import * as cannedReply from './canned-reply.ts'
import * as channelAccount from './channel-account.ts'
import * as contactReason from './contact-reason.ts'
import * as conversation from './conversation.ts'
import * as customer from './customer.ts'
import * as deskPhone from './desk-phone.ts'
import * as dialRule from './dial-rule.ts'
import * as flow from './flow.ts'
import * as hours from './hours.ts'
import * as identityProvider from './identity-provider.ts'
import * as interaction from './interaction.ts'
import * as mailRule from './mail-rule.ts'
import * as presence from './presence.ts'
import * as prompt from './prompt.ts'
import * as queue from './queue.ts'
import * as report from './report.ts'
import type { Route } from './route.ts'
import * as routingProfile from './routing-profile.ts'
import * as session from './session.ts'
import * as signIn from './sign-in.ts'
import * as skill from './skill.ts'
import * as supervise from './supervise.ts'
import * as survey from './survey.ts'
import * as team from './team.ts'
import * as tenant from './tenant.ts'
import * as trunk from './trunk.ts'
import * as user from './user.ts'
import * as webchat from './webchat.ts'
import * as webhook from './webhook.ts'
import * as whatIf from './what-if.ts'
import * as wrapUpCode from './wrap-up-code.ts'

/** Every route of the API. Adding a noun is one line here. */
export const ROUTES: readonly Route[] = [
  session,
  user,
  tenant,
  team,
  signIn,
  identityProvider,
  audit,
  apiKey,
  presence,
  conversation,
  interaction,
  call,
  customer,
  skill,
  routingProfile,
  queue,
  hours,
  wrapUpCode,
  contactReason,
  cannedReply,
  survey,
  brand,
  agent,
  channelAccount,
  deskPhone,
  dialRule,
  flow,
  prompt,
  trunk,
  mailRule,
  webhook,
  report,
  supervise,
  webchat,
  whatIf,
]
  .flatMap(noun => Object.values<unknown>(noun))
  .filter(isRoute)

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'access' in value && 'path' in value && 'method' in value
}
