import { ApiError } from '@centrala/api/client.ts'
import { Eye, EyeOff } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Field } from '../../components/field.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Input } from '../../components/input.tsx'
import { signIn, verifyCode } from '../../session/auth.ts'

interface SignInFormProps {
  /** Filled in already, when the session of a known person ended. */
  email?: string
  password?: string
  onDone: () => void | Promise<void>
}

/** Password, then the second factor where one is set up. */
export function SignInForm({ email: knownEmail = '', password: knownPassword = '', onDone }: SignInFormProps) {
  const { t } = useTranslation('signIn')
  const [step, setStep] = useState<'password' | 'code'>('password')
  const [email, setEmail] = useState(knownEmail)
  const [password, setPassword] = useState(knownPassword)
  const [code, setCode] = useState('')
  const [trust, setTrust] = useState(false)
  const [visible, setVisible] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [forgotten, setForgotten] = useState(false)

  const explain = (failure: unknown): string => {
    if (!(failure instanceof ApiError)) throw failure
    const { status, detail, retryAfterSeconds } = failure.problem
    if (status === 0 || status >= 500) return t('error.network')
    if (status === 429) return t('error.throttled', { minutes: Math.max(1, Math.ceil((retryAfterSeconds ?? 60) / 60)) })
    if (status === 401 || status === 400) return t(step === 'code' ? 'error.code' : 'error.password')
    return detail || t('error.password')
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      if (step === 'password' && (await signIn(email.trim(), password)) === 'secondFactor') {
        setStep('code')
        return
      }
      if (step === 'code') await verifyCode(code.replace(/\s/g, ''), trust)
      await onDone()
    } catch (failure) {
      setError(explain(failure))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {step === 'password' ? (
        <>
          <Field label={t('email')} required>
            <Input
              type="email"
              name="email"
              autoComplete="username"
              inputMode="email"
              autoFocus={email === ''}
              required
              value={email}
              onChange={event => setEmail(event.target.value)}
              className="h-10"
            />
          </Field>
          <Field label={t('password')} error={error} required>
            <Input
              type={visible ? 'text' : 'password'}
              name="password"
              autoComplete="current-password"
              autoFocus={email !== ''}
              required
              value={password}
              onChange={event => setPassword(event.target.value)}
              className="h-10"
              trailing={
                <IconButton
                  icon={visible ? EyeOff : Eye}
                  size="sm"
                  label={t(visible ? 'hidePassword' : 'showPassword')}
                  onClick={() => setVisible(!visible)}
                />
              }
            />
          </Field>
        </>
      ) : (
        <>
          <Field label={t('code')} hint={t('codeHint')} error={error} required>
            <Input
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              autoFocus
              required
              value={code}
              onChange={event => setCode(event.target.value)}
              className="figures h-10 text-lg tracking-[0.2em]"
            />
          </Field>
          <Checkbox checked={trust} onChange={setTrust} label={t('trustDevice')} />
        </>
      )}
      <Button type="submit" look="primary" size="lg" busy={busy}>
        {t(step === 'password' ? 'submit' : 'verify')}
      </Button>
      {step === 'password' ? (
        <div>
          <button type="button" aria-expanded={forgotten} onClick={() => setForgotten(!forgotten)} className="rounded-sm text-accent-ink text-xs hover:underline">
            {t('forgotten')}
          </button>
          {forgotten && <p className="mt-1 text-muted text-xs">{t('forgottenHint')}</p>}
        </div>
      ) : (
        <Button
          look="ghost"
          onClick={() => {
            setStep('password')
            setError(null)
            setCode('')
          }}
        >
          {t('startAgain')}
        </Button>
      )}
    </form>
  )
}
