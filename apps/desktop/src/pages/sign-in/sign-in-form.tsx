import { ApiError } from '@centrala/api/client.ts'
import { giveSecondFactor, requestPasswordLink, signIn } from '@centrala/api/sign-in.ts'
import { Eye, EyeOff } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Field } from '../../components/field.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Input } from '../../components/input.tsx'
import { problemWords } from '../../i18n/problem-words.ts'

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

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      if (step === 'password') {
        const { next } = await api.call(signIn, { body: { email, password } })
        if (next === 'secondFactor') return setStep('code')
      } else await api.call(giveSecondFactor, { body: { code: code.replace(/\s/g, ''), trustDevice: trust } })
      await onDone()
    } catch (failure) {
      setError(problemWords(failure))
      if (failure instanceof ApiError && failure.problem.code === 'secondFactor.late') setStep('password')
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
        <Forgotten email={email} />
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

/** Has a link mailed; where the installation sends no mail, says who can help. */
function Forgotten({ email }: { email: string }) {
  const { t } = useTranslation('signIn')
  const [said, setSaid] = useState<string | null>(null)
  const ask = async () => {
    if (!email.includes('@')) return setSaid(t('forgottenNeedsEmail'))
    try {
      const { mailed } = await api.call(requestPasswordLink, { body: { email: email.trim() } })
      setSaid(t(mailed ? 'forgottenMailed' : 'forgottenHint'))
    } catch (failure) {
      setSaid(problemWords(failure))
    }
  }
  return (
    <div>
      <button type="button" onClick={ask} className="rounded-sm text-accent-ink text-xs hover:underline">
        {t('forgotten')}
      </button>
      <p role="status" className="mt-1 text-muted text-xs">
        {said}
      </p>
    </div>
  )
}
