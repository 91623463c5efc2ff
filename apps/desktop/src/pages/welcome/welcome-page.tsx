import { ApiError } from '@centrala/api/client.ts'
import { getSignInLink, type SignInLink, signIn, useSignInLink as takeUpLink } from '@centrala/api/sign-in.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Loading } from '../../components/spinner.tsx'
import { Mark } from '../../frame/mark.tsx'
import { fieldWords, problemWords } from '../../i18n/problem-words.ts'
import { meQuery } from '../../session/me.ts'
import { sessionRenewed } from '../../session/session.ts'

/** Behind an invitation or a link for a new password. */
export function WelcomePage() {
  const { t } = useTranslation('welcome')
  const { token } = useParams({ from: '/welcome/$token' })
  const link = useQuery({
    queryKey: ['sign-in-link', token],
    queryFn: () => api.call(getSignInLink, { params: { token } }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  useEffect(() => {
    document.title = 'Centrala'
  }, [])
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 bg-canvas p-4">
      <div className="flex items-center gap-2.5">
        <Mark className="size-9" />
        <span className="font-semibold text-xl tracking-tight">Centrala</span>
      </div>
      <div className="w-full max-w-sm rounded-xl bg-surface p-6 shadow-pop">
        {link.data ? (
          <LinkForm token={token} link={link.data} />
        ) : link.isError ? (
          <div role="alert" className="flex flex-col gap-4">
            <h1 className="font-semibold text-lg">{t('overTitle')}</h1>
            <p className="text-muted">
              {link.error instanceof ApiError && link.error.status === 404 ? t('over') : problemWords(link.error)}
            </p>
            <Button asChild>
              <Link to="/sign-in" search={{}}>
                {t('toSignIn')}
              </Link>
            </Button>
          </div>
        ) : (
          <Loading />
        )}
      </div>
    </main>
  )
}

function LinkForm({ token, link }: { token: string; link: SignInLink }) {
  const { t } = useTranslation('welcome')
  const navigate = useNavigate()
  const isInvitation = link.purpose === 'invitation'
  const [name, setName] = useState(link.name)
  const [password, setPassword] = useState('')
  const go = useMutation({
    mutationFn: async () => {
      const body = { password, ...(isInvitation && name.trim() && { name: name.trim() }) }
      const { email } = await api.call(takeUpLink, { params: { token }, body })
      return api.call(signIn, { body: { email, password } })
    },
    onSuccess: async ({ next }) => {
      // With a second factor the sign-in page asks for the code.
      if (next === 'secondFactor') return navigate({ to: '/sign-in', search: {} })
      sessionRenewed()
      await queries.fetchQuery({ ...meQuery, staleTime: 0 })
      await navigate({ to: '/' })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!go.isPending) go.mutate()
  }
  const wrong = go.error ? (fieldWords(go.error, 'body.password') ?? problemWords(go.error)) : null
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <div>
        <h1 className="font-semibold text-lg">
          {isInvitation ? t('invited', { tenant: link.tenantName ?? '' }) : t('newPasswordTitle')}
        </h1>
        <p className="text-muted">{link.email}</p>
      </div>
      {isInvitation && (
        <Field label={t('name')} required>
          <Input
            autoComplete="name"
            value={name}
            maxLength={120}
            onChange={event => setName(event.target.value)}
            className="h-10"
          />
        </Field>
      )}
      <Field
        label={t(link.existing ? 'existingPassword' : 'newPassword')}
        hint={t(link.existing ? 'existingHint' : 'newPasswordHint')}
        error={wrong}
        required
      >
        <Input
          type="password"
          autoComplete={link.existing ? 'current-password' : 'new-password'}
          autoFocus
          value={password}
          maxLength={200}
          onChange={event => setPassword(event.target.value)}
          className="h-10"
        />
      </Field>
      <Button type="submit" look="primary" size="lg" busy={go.isPending}>
        {t(isInvitation ? 'begin' : 'setPassword')}
      </Button>
    </form>
  )
}
