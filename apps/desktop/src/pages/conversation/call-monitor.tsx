import { type Call, hangUp, monitorCall, takeOverCall } from '@centrala/api/call.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ear, Hand, PhoneOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { phoneQuery } from '../../phone/calls.ts'
import { askPhone } from '../../phone/door.ts'
import { openLineId, usePhone } from '../../phone/phone.ts'
import { canHear, signKind } from '../../phone/sign-kind.ts'
import { useMe } from '../../session/me.ts'

/** What a supervisor can do with somebody else's call. Whispering and joining are in the strip that listening opens. */
export function CallMonitor({ call, compact = false }: { call: Call; compact?: boolean }) {
  const { t } = useTranslation('call')
  const me = useMe()
  const navigate = useNavigate()
  const phone = useQuery(phoneQuery).data
  const view = usePhone()
  const params = { id: call.id }
  const onError = (error: Error) => toast({ tone: 'bad', title: problemWords(error), durationMs: 8000 })
  const lineId = openLineId(call.nodeId)
  const listen = useMutation({
    mutationFn: () => api.call(monitorCall, { params, body: { mode: 'listen', lineId } }),
    onError,
  })
  const takeOver = useMutation({
    mutationFn: () => api.call(takeOverCall, { params, body: { lineId } }),
    onSuccess: () => void navigate({ to: '/inbox/$interactionId', params: { interactionId: call.interactionId } }),
    onError,
  })
  const end = useMutation({ mutationFn: () => api.call(hangUp, { params }), onError })
  const talks = call.state === 'talking' || call.state === 'held'
  const listening = call.monitors.some(monitor => monitor.userId === me.id)
  /** Without sound nothing of this makes sense: first the phone. */
  const withSound = (run: () => void) => () => (canHear(signKind(view, phone)) ? run() : askPhone({ kind: 'panel' }))
  const askTakeOver = withSound(() =>
    confirm({
      title: t('monitor.takeOverTitle'),
      body: t('monitor.takeOverBody'),
      action: t('monitor.do.takeOver'),
      run: async () => {
        await takeOver.mutateAsync().catch(() => undefined)
      },
    }),
  )
  const askEnd = () =>
    confirm({
      title: t('monitor.hangUpTitle'),
      body: t('monitor.hangUpBody'),
      action: t('do.hangUp'),
      danger: true,
      run: async () => {
        await end.mutateAsync().catch(() => undefined)
      },
    })
  if (compact)
    return (
      <div className="flex">
        {talks && !listening && (
          <IconButton icon={Ear} label={t('monitor.do.listen')} onClick={withSound(() => listen.mutate())} />
        )}
        {talks && <IconButton icon={Hand} label={t('monitor.do.takeOver')} onClick={askTakeOver} />}
        <IconButton icon={PhoneOff} label={t('do.hangUp')} onClick={askEnd} />
      </div>
    )
  return (
    <div className="flex flex-wrap gap-1.5">
      {talks && !listening && (
        <Button icon={Ear} busy={listen.isPending} onClick={withSound(() => listen.mutate())}>
          {t('monitor.do.listen')}
        </Button>
      )}
      {talks && (
        <Button icon={Hand} busy={takeOver.isPending} onClick={askTakeOver}>
          {t('monitor.do.takeOver')}
        </Button>
      )}
      <Button look="ghost" icon={PhoneOff} busy={end.isPending} onClick={askEnd}>
        {t('do.hangUp')}
      </Button>
    </div>
  )
}
