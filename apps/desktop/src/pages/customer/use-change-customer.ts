import { type Customer, changeCustomer } from '@centrala/api/customer.ts'
import type { Body } from '@centrala/api/route.ts'
import { useMutation } from '@tanstack/react-query'
import { api, queries } from '../../api.ts'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { keys } from '../../live/apply-event.ts'

/** Changes a customer at once on the screen, and back if the server refuses. */
export function useChangeCustomer(id: string) {
  const key = keys.customer(id)
  return useMutation({
    mutationFn: (body: Body<typeof changeCustomer>) => api.call(changeCustomer, { params: { id }, body }),
    onMutate: body => {
      const before = queries.getQueryData<Customer>(key)
      if (before) queries.setQueryData<Customer>(key, { ...before, ...(body as Partial<Customer>) })
      return before
    },
    onSuccess: customer => queries.setQueryData(key, customer),
    onError: (error, _body, before) => {
      queries.setQueryData(key, before)
      toast({ tone: 'bad', title: problemWords(error) })
    },
  })
}
