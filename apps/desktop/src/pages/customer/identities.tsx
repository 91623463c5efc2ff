import type { Customer } from '@centrala/api/customer.ts'
import { addIdentity, removeIdentity } from '@centrala/api/customer.ts'
import { useMutation } from '@tanstack/react-query'
import { BadgeCheck, Copy, Fingerprint, Globe, Mail, Phone, Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { Field } from '../../components/field.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Input } from '../../components/input.tsx'
import { Popover } from '../../components/popover.tsx'
import { Select } from '../../components/select.tsx'
import { toast } from '../../components/toast.tsx'
import { fieldWords, problemWords } from '../../i18n/problem-words.ts'
import { keys } from '../../live/apply-event.ts'
import { DialButton } from '../../phone/dial-button.tsx'
import { useCan } from '../../session/me.ts'

const ICONS = { email: Mail, phone: Phone, visitor: Globe, external: Fingerprint }

/** The addresses of a customer. A proven one says so: only those join two people. */
export function Identities({ customer }: { customer: Customer }) {
  const { t } = useTranslation(['customer', 'common'])
  const can = useCan()
  const put = (next: Customer) => queries.setQueryData(keys.customer(customer.id), next)
  const remove = useMutation({
    mutationFn: (identityId: string) => api.call(removeIdentity, { params: { id: customer.id, identityId } }),
    onSuccess: put,
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  const shown = customer.identities.filter(identity => identity.kind !== 'visitor')
  return (
    <ul aria-label={t('identities')} className="flex flex-col">
      {shown.map(identity => {
        const Icon = ICONS[identity.kind]
        return (
          <li key={identity.id} className="group flex min-h-7 items-center gap-2">
            <Icon size={14} aria-hidden className="shrink-0 text-faint" />
            <span className="min-w-0 flex-1 truncate" title={identity.address}>
              {identity.address}
              {identity.verifiedAt && (
                <span title={t('verified')} className="ml-1 inline-block align-[-2px] text-ok">
                  <BadgeCheck size={14} aria-hidden />
                  <span className="sr-only">{t('verified')}</span>
                </span>
              )}
            </span>
            <span className="flex opacity-0 focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              <IconButton
                icon={Copy}
                size="sm"
                label={t('common:copy')}
                onClick={async () => {
                  await navigator.clipboard.writeText(identity.address)
                  toast({ tone: 'ok', title: t('common:copied') })
                }}
              />
              {can('customer.write') && (
                <IconButton
                  icon={X}
                  size="sm"
                  label={t('removeIdentity', { address: identity.address })}
                  onClick={() =>
                    confirm({
                      title: t('removeIdentity', { address: identity.address }),
                      body: t('removeIdentityBody'),
                      action: t('common:remove'),
                      danger: true,
                      run: async () => {
                        await remove.mutateAsync(identity.id).catch(() => undefined)
                      },
                    })
                  }
                />
              )}
            </span>
            {identity.kind === 'phone' && <DialButton number={identity.address} customerId={customer.id} />}
          </li>
        )
      })}
      {can('customer.write') && (
        <li>
          <AddIdentity customerId={customer.id} onAdded={put} />
        </li>
      )}
    </ul>
  )
}

function AddIdentity({ customerId, onAdded }: { customerId: string; onAdded: (customer: Customer) => void }) {
  const { t } = useTranslation(['customer', 'common'])
  const [open, setOpen] = useState(false)
  const [kind, setKind] = useState<'email' | 'phone' | 'external'>('email')
  const [address, setAddress] = useState('')
  const add = useMutation({
    mutationFn: () => api.call(addIdentity, { params: { id: customerId }, body: { kind, address: address.trim() } }),
    onSuccess: customer => {
      onAdded(customer)
      setOpen(false)
      setAddress('')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate()
  }
  return (
    <Popover
      label={t('addIdentity')}
      open={open}
      onOpenChange={setOpen}
      align="start"
      className="w-72 p-3"
      trigger={
        <button type="button" className="flex h-7 items-center gap-2 rounded-sm text-muted text-xs hover:text-ink">
          <Plus size={14} aria-hidden />
          {t('addIdentity')}
        </button>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={t('identityKind')}>
          <Select
            value={kind}
            onChange={setKind}
            options={(['email', 'phone', 'external'] as const).map(value => ({ value, label: t(`kind.${value}`) }))}
          />
        </Field>
        <Field
          label={t('address')}
          required
          error={add.error && (fieldWords(add.error, 'body.address') ?? problemWords(add.error))}
        >
          <Input value={address} onChange={event => setAddress(event.target.value)} autoFocus />
        </Field>
        <Button type="submit" look="primary" busy={add.isPending} disabled={address.trim() === ''}>
          {t('common:add')}
        </Button>
      </form>
    </Popover>
  )
}
