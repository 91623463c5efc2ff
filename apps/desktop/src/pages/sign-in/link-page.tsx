import { getSignInLink, useSignInLink as takeUpLink } from '@centrala/api/sign-in.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Loading } from '../../components/spinner.tsx'
import { toast } from '../../components/toast.tsx'
import { Mark } from '../../frame/mark.tsx'
import { problemWords } from '../../i18n/problem-words.ts'

/** Where an invitation or a link for a new password leads. */
export function LinkPage() {
  const { t } = useTranslation('signIn')
  const { token } = useParams({ from: '/sign-in/link/$token' })
  const navigate = useNavigate()
  const [name, setName] = useState<string | null>(null)
  const [password, setPassword] = useState('')
  const link = useQuery({
    queryKey: ['sign-in-link', token],
    queryFn: () => api.call(getSignInLink, { params: { token } }),
    retry: false,
  })
  const take = useMutation({
    mutationFn: () =>
      api.call(takeUpLink, {
        params: { token },
        body: {
          password,
          ...(link.data?.purpose === 'invitation' && !link.data.existing
            ? { name: (name ?? link.data.name).trim() }
            : {}),
        },
      }),
    onSuccess: () => {
      toast({ tone: 'ok', title: t('link.done') })
      return navigate({ to: '/sign-in' })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!take.isPending) take.mutate()
  }
  const data = link.data
  const fresh = data && !data.existing
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 bg-canvas p-4">
      <Mark className="size-9" />
      <div className="w-full max-w-sm rounded-xl bg-surface p-6 shadow-pop">
        {link.isPending ? (
          <Loading />
        ) : !data ? (
          <div className="flex flex-col gap-4">
            <h1 className="font-semibold text-lg">{t('link.gone')}</h1>
            <p className="text-muted">{problemWords(link.error)}</p>
            <Button asChild>
              <Link to="/sign-in">{t('title')}</Link>
            </Button>
          </div>
        ) : (
          <form onSubmit={submit} className="flex flex-col gap-4">
            <div>
              <h1 className="font-semibold text-lg">
                {data.purpose === 'invitation'
                  ? t('link.invitation', { tenant: data.tenantName ?? 'Centrala' })
                  : t('link.password')}
              </h1>
              <p className="text-muted">{data.email}</p>
            </div>
            {data.purpose === 'invitation' && fresh && (
              <Field label={t('link.name')} required>
                <Input
                  autoComplete="name"
                  value={name ?? data.name}
                  onChange={event => setName(event.target.value)}
                  className="h-10"
                />
              </Field>
            )}
            <Field
              label={t(data.purpose === 'invitation' && data.existing ? 'password' : 'link.newPassword')}
              required
              error={take.error && problemWords(take.error)}
              {...(fresh || data.purpose === 'password' ? { hint: t('link.rule') } : {})}
            >
              <Input
                type="password"
                autoFocus
                autoComplete={data.existing && data.purpose === 'invitation' ? 'current-password' : 'new-password'}
                value={password}
                onChange={event => setPassword(event.target.value)}
                className="h-10"
              />
            </Field>
            <Button type="submit" look="primary" size="lg" busy={take.isPending}>
              {t('link.submit')}
            </Button>
          </form>
        )}
      </div>
    </main>
  )
}
