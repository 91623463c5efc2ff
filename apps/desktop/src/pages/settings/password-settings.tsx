import { changePassword } from '@centrala/api/sign-in.ts'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Section } from '../../components/page.tsx'
import { toast } from '../../components/toast.tsx'
import { fieldWords, problemWords } from '../../i18n/problem-words.ts'

/** A new password; everywhere else one is signed out. */
export function PasswordSettings() {
  const { t } = useTranslation('settings')
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => api.call(changePassword, { body: { currentPassword: current, newPassword: next } }),
    onSuccess: () => {
      setCurrent('')
      setNext('')
      void queries.invalidateQueries({ queryKey: ['my', 'sessions'] })
      toast({ tone: 'ok', title: t('password.done'), detail: t('password.doneDetail') })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  const newError = change.error && fieldWords(change.error, 'body.newPassword')
  return (
    <Section title={t('password.title')} hint={t('password.hint')}>
      <form onSubmit={submit} className="grid max-w-xl gap-4 sm:grid-cols-2">
        <Field
          label={t('password.current')}
          required
          error={change.error && !newError ? problemWords(change.error) : null}
        >
          <Input
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={event => setCurrent(event.target.value)}
          />
        </Field>
        <Field label={t('password.new')} required hint={t('password.rule')} error={newError}>
          <Input
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={event => setNext(event.target.value)}
          />
        </Field>
        <Button
          type="submit"
          busy={change.isPending}
          disabled={current === '' || next.length < 10}
          className="justify-self-start"
        >
          {t('password.submit')}
        </Button>
      </form>
    </Section>
  )
}
