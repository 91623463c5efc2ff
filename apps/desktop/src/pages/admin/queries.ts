import { listBrands } from '@centrala/api/brand.ts'
import { listChannelAccounts } from '@centrala/api/channel-account.ts'
import { listHours } from '@centrala/api/hours.ts'
import { listMailRules } from '@centrala/api/mail-rule.ts'
import { listQueues } from '@centrala/api/queue.ts'
import { listRoutingProfiles } from '@centrala/api/routing-profile.ts'
import { listSkills } from '@centrala/api/skill.ts'
import { listSurveys } from '@centrala/api/survey.ts'
import { listWebhooks } from '@centrala/api/webhook.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { keys } from '../../live/apply-event.ts'

/** What the administration lists. A `configuration.changed` event makes them fresh again, whoever changed it. */
export const skillsQuery = queryOptions({
  queryKey: keys.configuration('skills'),
  queryFn: async () => (await api.call(listSkills)).items,
})
export const profilesQuery = queryOptions({
  queryKey: keys.configuration('routing-profiles'),
  queryFn: async () => (await api.call(listRoutingProfiles)).items,
})
export const allQueuesQuery = queryOptions({
  queryKey: keys.configuration('queues', 'archived'),
  queryFn: async () => (await api.call(listQueues, { query: { archived: 'true' } })).items,
})
export const hoursQuery = queryOptions({
  queryKey: keys.configuration('hours'),
  queryFn: async () => (await api.call(listHours)).items,
  refetchInterval: 60_000,
})
export const brandsQuery = queryOptions({
  queryKey: keys.configuration('brands'),
  queryFn: async () => (await api.call(listBrands)).items,
})
export const surveysQuery = queryOptions({
  queryKey: keys.configuration('surveys'),
  queryFn: async () => (await api.call(listSurveys)).items,
})
export const accountsQuery = queryOptions({
  queryKey: keys.configuration('channel-accounts'),
  queryFn: async () => (await api.call(listChannelAccounts)).items,
})
export const rulesQuery = queryOptions({
  queryKey: keys.configuration('mail-rules'),
  queryFn: async () => (await api.call(listMailRules)).items,
})
export const webhooksQuery = queryOptions({
  queryKey: keys.configuration('webhooks'),
  queryFn: async () => (await api.call(listWebhooks)).items,
  refetchInterval: 15_000,
})
