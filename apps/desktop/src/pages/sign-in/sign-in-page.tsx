import { listSignInOptions } from '@centrala/api/session.ts'
import { beginSingleSignOn } from '@centrala/api/sign-in.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Select } from '../../components/select.tsx'
import { Mark } from '../../frame/mark.tsx'
import { currentLocale, setLocale } from '../../i18n/i18n.ts'
import { LOCALES } from '../../i18n/locale.ts'
import { codeWords, problemWords } from '../../i18n/problem-words.ts'
import { meQuery } from '../../session/me.ts'
import { sessionRenewed } from '../../session/session.ts'
import { SignInForm } from './sign-in-form.tsx'

export function SignInPage() {
  const { t } = useTranslation('signIn')
  const navigate = useNavigate()
  const { to, failed, tenant } = useSearch({ from: '/sign-in' })
  const options = useQuery({
    queryKey: ['sign-in-options', tenant],
    queryFn: () => api.call(listSignInOptions, { query: tenant ? { tenant } : {} }),
  }).data
  const [demo, setDemo] = useState<{ email: string; password: string } | null>(null)
  const [refused, setRefused] = useState(failed ? codeWords(failed, t('error.provider')) : null)
  useEffect(() => {
    document.title = `${t('title')} · Centrala`
  }, [t])
  // Only a path of our own: an address from outside must not send anybody elsewhere.
  const target = to && /^\/(?![/\\])[^\s\\]*$/.test(to) ? to : '/'
  const done = async () => {
    sessionRenewed()
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 })
    if (me.locale) await setLocale(me.locale)
    await navigate({ href: target })
  }
  const leaveFor = async (id: string) => {
    try {
      location.assign((await api.call(beginSingleSignOn, { params: { id }, body: { to: target } })).url)
    } catch (failure) {
      setRefused(problemWords(failure))
    }
  }
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-6 bg-canvas p-4">
      <div className="flex items-center gap-2.5">
        <Mark className="size-9" />
        <span className="font-semibold text-xl tracking-tight">Centrala</span>
      </div>
      <div className="w-full max-w-sm rounded-xl bg-surface p-6 shadow-pop">
        <h1 className="mb-4 font-semibold text-lg">{t('title')}</h1>
        {refused && (
          <p role="alert" className="mb-4 rounded-md bg-bad-soft p-2.5 text-bad-ink">
            {refused}
          </p>
        )}
        {options?.providers.length ? (
          <div className="mb-4 flex flex-col gap-2">
            {options.providers.map(provider => (
              <Button key={provider.id} size="lg" icon={KeyRound} onClick={() => void leaveFor(provider.id)}>
                {t('with', { provider: provider.name })}
              </Button>
            ))}
            {options.password && (
              <div className="mt-2 flex items-center gap-3 text-faint text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
                {t('or')}
              </div>
            )}
          </div>
        ) : null}
        {options?.password !== false && <SignInForm key={demo?.email} {...(demo ?? {})} onDone={done} />}
      </div>
      {options?.demo.length ? (
        <section aria-labelledby="demo" className="w-full max-w-sm rounded-xl border border-dashed p-4">
          <h2 id="demo" className="font-medium">
            {t('demo')}
          </h2>
          <p className="mb-2 text-muted text-xs">{t('demoHint')}</p>
          <div className="flex flex-wrap gap-1.5">
            {options.demo.map(one => (
              <Button key={one.email} size="sm" onClick={() => setDemo({ email: one.email, password: one.password })}>
                {one.role}
                <span className="font-normal text-muted">{one.email}</span>
              </Button>
            ))}
          </div>
        </section>
      ) : null}
      <Select
        aria-label={t('language')}
        value={currentLocale()}
        onChange={locale => void setLocale(locale)}
        options={LOCALES.map(locale => ({ value: locale.code, label: locale.name }))}
        className="max-w-44"
      />
    </main>
  )
}
