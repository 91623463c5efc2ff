import type { Handler } from './http/handle.ts'
import { agentRoutes } from './routes/agent.ts'
import { apiKeyRoutes } from './routes/api-key.ts'
import { auditRoutes } from './routes/audit.ts'
import { brandRoutes } from './routes/brand.ts'
import { callRoutes } from './routes/call.ts'
import { cannedReplyRoutes } from './routes/canned-reply.ts'
import { channelAccountRoutes } from './routes/channel-account.ts'
import { companyRoutes } from './routes/company.ts'
import { contactReasonRoutes } from './routes/contact-reason.ts'
import { conversationRoutes } from './routes/conversation.ts'
import { customerRoutes } from './routes/customer.ts'
import { customerNoteRoutes } from './routes/customer-note.ts'
import { deskPhoneRoutes } from './routes/desk-phone.ts'
import { dialRuleRoutes } from './routes/dial-rule.ts'
import { fileRoutes } from './routes/file.ts'
import { flowRoutes } from './routes/flow.ts'
import { hoursRoutes } from './routes/hours.ts'
import { identityProviderRoutes } from './routes/identity-provider.ts'
import { interactionRoutes } from './routes/interaction.ts'
import { mailRuleRoutes } from './routes/mail-rule.ts'
import { mergeRoutes } from './routes/merge.ts'
import { presenceRoutes } from './routes/presence.ts'
import { promptRoutes } from './routes/prompt.ts'
import { queueRoutes } from './routes/queue.ts'
import { recordingRoutes } from './routes/recording.ts'
import { reportRoutes } from './routes/report.ts'
import { routingProfileRoutes } from './routes/routing-profile.ts'
import { searchRoutes } from './routes/search.ts'
import { sessionRoutes } from './routes/session.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { skillRoutes } from './routes/skill.ts'
import { superviseRoutes } from './routes/supervise.ts'
import { surveyRoutes } from './routes/survey.ts'
import { teamRoutes } from './routes/team.ts'
import { tenantRoutes } from './routes/tenant.ts'
import { trunkRoutes } from './routes/trunk.ts'
import { userRoutes } from './routes/user.ts'
import { webchatRoutes } from './routes/webchat.ts'
import { webhookRoutes } from './routes/webhook.ts'
import { whatIfRoutes } from './routes/what-if.ts'
import { wrapUpCodeRoutes } from './routes/wrap-up-code.ts'

/** Every handler of the API. A noun's handlers are in routes/<noun>.ts; adding one is one line here. */
export const HANDLERS: Handler[] = [
  sessionRoutes,
  userRoutes,
  tenantRoutes,
  teamRoutes,
  identityProviderRoutes,
  auditRoutes,
  apiKeyRoutes,
  signInRoutes,
  presenceRoutes,
  customerRoutes,
  customerNoteRoutes,
  mergeRoutes,
  companyRoutes,
  searchRoutes,
  conversationRoutes,
  interactionRoutes,
  callRoutes,
  recordingRoutes,
  fileRoutes,
  agentRoutes,
  brandRoutes,
  cannedReplyRoutes,
  channelAccountRoutes,
  contactReasonRoutes,
  trunkRoutes,
  promptRoutes,
  flowRoutes,
  dialRuleRoutes,
  deskPhoneRoutes,
  hoursRoutes,
  mailRuleRoutes,
  queueRoutes,
  routingProfileRoutes,
  skillRoutes,
  surveyRoutes,
  webchatRoutes,
  webhookRoutes,
  reportRoutes,
  superviseRoutes,
  whatIfRoutes,
  wrapUpCodeRoutes,
].flat()
