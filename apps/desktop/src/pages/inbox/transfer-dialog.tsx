import { forwardCall } from '@centrala/api/call.ts'
import { type Interaction, transferInteraction } from '@centrala/api/interaction.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Phone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Combobox } from '../../components/combobox.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { PresenceDot } from '../../components/presence-dot.tsx'
import { Textarea } from '../../components/textarea.tsx'
import { toast } from '../../components/toast.tsx'
import { agentsQuery, queuesQuery } from '../../configuration/configuration.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { useWaiting } from '../../live/live.ts'
import { callerName } from '../../phone/caller.ts'
import { myCallsQuery } from '../../phone/calls.ts'
import { cleanNumber } from '../../phone/number.ts'
import { useMe } from '../../session/me.ts'
import { learn } from './my-work.ts'

interface TransferDialogProps {
  interaction: Interaction
  onClose: () => void
  onDone: () => void
}

/** Hands the contact to a queue or a colleague, with a word about what it is. */
export function TransferDialog({ interaction, onClose, onDone }: TransferDialogProps) {
  const { t } = useTranslation(['inbox', 'common', 'frame'])
  const me = useMe()
  const queues = useQuery(queuesQuery).data ?? []
  const agents = useQuery(agentsQuery).data ?? []
  const waiting = useWaiting()
  const [target, setTarget] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const [number, setNumber] = useState('')
  const calls = useQuery({ ...myCallsQuery, enabled: interaction.channel === 'voice' }).data
  const call = calls?.find(one => one.interactionId === interaction.id)
  const outside = call === undefined ? null : cleanNumber(number)
  const transfer = useMutation({
    mutationFn: async () => {
      if (call && outside) {
        await api.call(forwardCall, { params: { id: call.id }, body: { number: outside, note } })
        return null
      }
      const [kind, id] = (target ?? '').split(' ')
      return api.call(transferInteraction, {
        params: { id: interaction.id },
        body: kind === 'queue' ? { queueId: id ?? null, note } : { agentId: id ?? null, note },
      })
    },
    onSuccess: changed => {
      if (changed) learn(changed)
      toast({ tone: 'ok', title: t('transfer.done') })
      onDone()
    },
  })
  const options = [
    ...queues
      .filter(queue => queue.id !== interaction.queueId || interaction.queueId === null)
      .map(queue => {
        const count = waiting.find(one => one.queueId === queue.id)?.waiting
        return {
          value: `queue ${queue.id}`,
          label: queue.name,
          hint:
            count === undefined
              ? t('transfer.queue')
              : `${t('transfer.queue')} · ${t('frame:waiting.short', { count })}`,
        }
      }),
    ...agents
      .filter(agent => agent.id !== me.id)
      .sort((a, b) => Number(b.presence === 'available') - Number(a.presence === 'available'))
      .map(agent => ({
        value: `agent ${agent.id}`,
        label: agent.name,
        hint: [t(`common:presence.${agent.presence}`), agent.teamName].filter(Boolean).join(' · '),
        icon: <PresenceDot presence={agent.presence} />,
      })),
  ]
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('transfer.title', { name: callerName(interaction) ?? t('common:unknownCustomer') })}
      description={t('transfer.hint')}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button
            look="primary"
            disabled={target === null && outside === null}
            busy={transfer.isPending}
            onClick={() => transfer.mutate()}
          >
            {t('transfer.submit')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        <Field
          label={t('transfer.to')}
          required={call === undefined}
          error={transfer.error && problemWords(transfer.error)}
        >
          <Combobox
            value={target}
            onChange={next => {
              setTarget(next)
              setNumber('')
            }}
            options={options}
            placeholder={t('transfer.choose')}
          />
        </Field>
        {call && (
          <Field
            label={t('transfer.number')}
            hint={t('transfer.numberHint')}
            error={number !== '' && outside === null ? t('common:badNumber') : null}
          >
            <Input
              icon={Phone}
              type="tel"
              inputMode="tel"
              value={number}
              placeholder="+385 1 234 5678"
              onChange={event => {
                setNumber(event.target.value)
                setTarget(null)
              }}
            />
          </Field>
        )}
        <Field label={t('transfer.note')} hint={t('transfer.noteHint')} optional>
          <Textarea value={note} maxLength={5000} onChange={event => setNote(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  )
}
