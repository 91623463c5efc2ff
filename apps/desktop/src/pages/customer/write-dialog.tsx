import { listChannelAccounts } from '@centrala/api/channel-account.ts'
import { startConversation } from '@centrala/api/conversation.ts'
import type { Customer } from '@centrala/api/customer.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Select } from '../../components/select.tsx'
import { queuesQuery } from '../../configuration/configuration.ts'
import { problemWords } from '../../i18n/problem-words.ts'
import { keys } from '../../live/apply-event.ts'
import { learn } from '../inbox/my-work.ts'

/** Begins an e-mail to a customer; it becomes my own contact at once. */
export function WriteDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation(['customer', 'common'])
  const navigate = useNavigate()
  const [subject, setSubject] = useState('')
  const [mailbox, setMailbox] = useState<string | null>(null)
  const [queueId, setQueueId] = useState<string | null>(null)
  const mailboxes =
    useQuery({
      queryKey: keys.configuration('channel-accounts'),
      queryFn: async () => (await api.call(listChannelAccounts)).items,
    }).data?.filter(account => account.channel === 'email' && account.active) ?? []
  const queues = useQuery(queuesQuery).data ?? []
  const from = mailboxes.find(one => one.id === mailbox) ?? mailboxes[0]
  const queue = queueId ?? from?.queueId ?? queues[0]?.id ?? null
  const hasAddress = customer.identities.some(identity => identity.kind === 'email')
  const start = useMutation({
    mutationFn: () =>
      api.call(startConversation, {
        body: {
          customerId: customer.id,
          channel: 'email',
          channelAccountId: from?.id ?? '',
          queueId: queue ?? '',
          subject: subject.trim() || null,
        },
      }),
    onSuccess: interaction => {
      learn(interaction)
      void navigate({ to: '/inbox/$interactionId', params: { interactionId: interaction.id } })
    },
  })
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (!start.isPending) start.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('write.title')}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button
            look="primary"
            disabled={!hasAddress || !from || !queue}
            busy={start.isPending}
            onClick={() => submit()}
          >
            {t('write.submit')}
          </Button>
        </>
      }
    >
      {!hasAddress ? (
        <p className="pb-3 text-muted">{t('write.noAddress')}</p>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4 pb-1">
          <Field label={t('write.subject')} error={start.error && problemWords(start.error)}>
            <Input value={subject} maxLength={500} onChange={event => setSubject(event.target.value)} autoFocus />
          </Field>
          <Field label={t('write.from')} {...(mailboxes.length === 0 ? { error: t('write.noMailbox') } : {})}>
            <Select
              value={from?.id ?? null}
              onChange={setMailbox}
              options={mailboxes.map(account => ({
                value: account.id,
                label: account.name,
                hint: account.address ?? '',
              }))}
            />
          </Field>
          <Field label={t('write.queue')} hint={t('write.queueHint')}>
            <Select
              value={queue}
              onChange={setQueueId}
              options={queues.map(one => ({ value: one.id, label: one.name }))}
            />
          </Field>
        </form>
      )}
    </Dialog>
  )
}
