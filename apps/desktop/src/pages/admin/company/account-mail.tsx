import { setAccountMail, type Tenant, testAccountMail } from '@centrala/api/tenant.ts'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Section } from '../../../components/page.tsx'
import { toast } from '../../../components/toast.tsx'
import { fieldWords, problemWords } from '../../../i18n/problem-words.ts'
import { useSay } from '../../../i18n/use-say.ts'
import { useMe } from '../../../session/me.ts'
import { Consequence } from '../form/form-part.tsx'
import { tenantChanged } from './tenant-changed.ts'

/** The mail server for invitations and password links. */
export function AccountMail({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation(['adminSecurity', 'common'])
  const say = useSay()
  const me = useMe()
  const { from, host, sender } = tenant.accountMail
  const [own, setOwn] = useState(from === 'tenant')
  const [server, setServer] = useState({ host: host ?? '', port: 587, tls: false, user: '', sender: sender ?? '' })
  const [password, setPassword] = useState('')
  const set = (patch: Partial<typeof server>) => setServer({ ...server, ...patch })
  const saving = useMutation({
    mutationFn: () =>
      api.call(setAccountMail, { body: { server: own ? { ...server, ...(password && { password }) } : null } }),
    onSuccess: async changed => {
      await tenantChanged(changed)
      toast({ tone: 'ok', title: t('common:saved') })
    },
    onError: error => {
      if (!(fieldWords(error, 'body.server.host') || fieldWords(error, 'body.server.password')))
        toast({ tone: 'bad', title: problemWords(error) })
    },
  })
  const test = useMutation({ mutationFn: () => api.call(testAccountMail, { body: { to: me.email } }) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!saving.isPending) saving.mutate()
  }
  const wrong = (field: string) => fieldWords(saving.error, `body.server.${field}`)
  return (
    <Section title={t('accountMail.title')} hint={t('accountMail.hint')}>
      <form onSubmit={submit} noValidate className="flex max-w-xl flex-col gap-4">
        <Consequence tone={from === 'none' ? 'warn' : 'plain'}>
          {t(`accountMail.from.${from}`, { host: host ?? '' })}
        </Consequence>
        <Checkbox checked={own} onChange={setOwn} label={t('accountMail.own')} />
        {own && (
          <>
            <div className="flex gap-3 max-sm:flex-col">
              <Field label={t('accountMail.host')} error={wrong('host')} required className="flex-1">
                <Input
                  placeholder="smtp.example.com"
                  value={server.host}
                  onChange={event => set({ host: event.target.value })}
                />
              </Field>
              <Field label={t('accountMail.port')} error={wrong('port')}>
                <NumberInput value={server.port} onChange={port => set({ port })} min={1} max={65535} />
              </Field>
            </div>
            <Checkbox
              checked={server.tls}
              onChange={tls => set({ tls })}
              label={t('accountMail.tls')}
              hint={t('accountMail.tlsHint')}
            />
            <Field label={t('accountMail.user')} error={wrong('user')} optional>
              <Input value={server.user} onChange={event => set({ user: event.target.value })} />
            </Field>
            <Field
              label={t('accountMail.password')}
              error={wrong('password')}
              hint={from === 'tenant' && t('accountMail.passwordKept')}
            >
              <Input
                type="password"
                autoComplete="new-password"
                value={password}
                onChange={event => setPassword(event.target.value)}
              />
            </Field>
            <Field label={t('accountMail.sender')} error={wrong('sender')} required>
              <Input
                type="email"
                placeholder="desk@example.com"
                value={server.sender}
                onChange={event => set({ sender: event.target.value })}
              />
            </Field>
          </>
        )}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" busy={saving.isPending}>
            {t('common:save')}
          </Button>
          {from !== 'none' && (
            <Button busy={test.isPending} onClick={() => test.mutate()}>
              {t('accountMail.test', { email: me.email })}
            </Button>
          )}
        </div>
        {test.data && (
          <Consequence tone={test.data.ok ? 'plain' : 'warn'}>{say(test.data.phrase, test.data.sentence)}</Consequence>
        )}
        {test.error && <Consequence tone="warn">{problemWords(test.error)}</Consequence>}
      </form>
    </Section>
  )
}
