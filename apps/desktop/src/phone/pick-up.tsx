import { type Call, resumeCall } from '@centrala/api/call.ts'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { Button, type ButtonProps } from '../components/button.tsx'
import { toast } from '../components/toast.tsx'
import { problemWords } from '../i18n/problem-words.ts'
import { openLineId } from './phone.ts'

/** Takes a parked customer: the call is mine from then on. */
export function PickUp({ call, onPicked, size }: { call: Call; onPicked?: () => void; size?: ButtonProps['size'] }) {
  const { t } = useTranslation('call')
  const navigate = useNavigate()
  const pick = useMutation({
    mutationFn: () => api.call(resumeCall, { params: { id: call.id }, body: { lineId: openLineId(call.nodeId) } }),
    onSuccess: () => {
      onPicked?.()
      void navigate({ to: '/inbox/$interactionId', params: { interactionId: call.interactionId } })
    },
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  return (
    <Button look="primary" {...(size ? { size } : {})} busy={pick.isPending} onClick={() => pick.mutate()}>
      {t('do.pickUp')}
    </Button>
  )
}
