import { listDeskPhones } from '@centrala/api/desk-phone.ts'
import { getDialling } from '@centrala/api/dial-rule.ts'
import { listFlows } from '@centrala/api/flow.ts'
import { getSpeech, listPrompts } from '@centrala/api/prompt.ts'
import { listNumbers, listTrunks } from '@centrala/api/trunk.ts'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { keys } from '../../live/apply-event.ts'

/** What is set up for the phone. How trunks and desk phones are changes by itself: looked at again while the page is open. */
export const trunksQuery = queryOptions({
  queryKey: keys.configuration('trunks'),
  queryFn: async () => (await api.call(listTrunks)).items,
  refetchInterval: 3000,
})
export const numbersQuery = queryOptions({
  queryKey: keys.configuration('numbers'),
  queryFn: async () => (await api.call(listNumbers)).items,
})
export const deskPhonesQuery = queryOptions({
  queryKey: keys.configuration('desk-phones'),
  queryFn: () => api.call(listDeskPhones),
  refetchInterval: 3000,
})
export const promptsQuery = queryOptions({
  queryKey: keys.configuration('prompts'),
  queryFn: async () => (await api.call(listPrompts)).items,
})
export const flowsQuery = queryOptions({
  queryKey: keys.configuration('flows'),
  queryFn: async () => (await api.call(listFlows)).items,
})
export const speechQuery = queryOptions({
  queryKey: keys.configuration('speech'),
  queryFn: () => api.call(getSpeech),
})
export const diallingQuery = queryOptions({
  queryKey: keys.configuration('dialling'),
  queryFn: () => api.call(getDialling),
})
