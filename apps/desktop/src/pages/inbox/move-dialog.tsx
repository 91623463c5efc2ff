import { listChannelAccounts } from '@centrala/api/channel-account.ts'
import type { Customer } from '@centrala/api/customer.ts'
import { type Interaction, moveInteraction } from '@centrala/api/interaction.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Select } from '../../components/select.tsx'
import { Loading } from '../../components/spinner.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { keys } from '../../live/apply-event.ts'
import { learn } from './my-work.ts'

interface MoveDialogProps {
  interaction: Interaction
  customer: Customer | undefined
  onClose: () => void
  onDone: (next: Interaction) => void
}

/** Goes on by e-mail: the chat ends as moved, the e-mail is mine at once, and the story stays one. */
export function MoveDialog({ interaction, customer, onClose, onDone }: MoveDialogProps) {
  const { t } = useTranslation(['inbox', 'common'])
  const accounts = useQuery({
    queryKey: keys.configuration('channel-accounts'),
    queryFn: async () => (await api.call(listChannelAccounts)).items,
  })
  const mailboxes = accounts.data?.filter(account => account.channel === 'email' && account.active) ?? []
  const preferred = mailboxes.find(account => account.queueId === interaction.queueId) ?? mailboxes[0]
  const own = customer?.identities.filter(identity => identity.kind === 'email') ?? []
  const [mailbox, setMailbox] = useState<string | null>(null)
  const [typed, setTyped] = useState<string | null>(null)
  const address = typed ?? own[0]?.address ?? ''
  const from = mailbox ?? preferred?.id ?? null
  const move = useMutation({
    mutationFn: () =>
      api.call(moveInteraction, {
        params: { id: interaction.id },
        body: { channel: 'email', channelAccountId: from ?? '', address: address.trim() },
      }),
    onSuccess: next => {
      learn(next)
      onDone(next)
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('move.title')}
      description={t('move.hint')}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button
            look="primary"
            disabled={from === null || !address.includes('@')}
            busy={move.isPending}
            onClick={() => move.mutate()}
          >
            {t('move.submit')}
          </Button>
        </>
      }
    >
      {accounts.isPending ? (
        <Loading />
      ) : accounts.isError ? (
        <ErrorState error={accounts.error} retry={() => void accounts.refetch()} />
      ) : mailboxes.length === 0 ? (
        <p className="pb-3 text-muted">{t('move.noMailbox')}</p>
      ) : (
        <div className="flex flex-col gap-4 pb-1">
          <Field label={t('move.address')} required error={move.error && problemWords(move.error)}>
            <Input
              type="email"
              value={address}
              onChange={event => setTyped(event.target.value)}
              list="customer-addresses"
              autoFocus
            />
          </Field>
          <datalist id="customer-addresses">
            {own.map(identity => (
              <option key={identity.id} value={identity.address} />
            ))}
          </datalist>
          <Field label={t('move.from')}>
            <Select
              value={from}
              onChange={setMailbox}
              options={mailboxes.map(account => ({
                value: account.id,
                label: account.name,
                hint: account.address ?? '',
              }))}
            />
          </Field>
        </div>
      )}
    </Dialog>
  )
}
