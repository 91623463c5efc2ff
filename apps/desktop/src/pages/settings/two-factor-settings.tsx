import { confirmTwoFactor, disableTwoFactor, enableTwoFactor, renewBackupCodes } from '@centrala/api/sign-in.ts'
import { useMutation } from '@tanstack/react-query'
import { Copy, ShieldCheck, ShieldOff } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../api.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { Input } from '../../components/input.tsx'
import { Section } from '../../components/page.tsx'
import { QrImage } from '../../components/qr-image.tsx'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { useMe } from '../../session/me.ts'

type Step =
  | { kind: 'password'; purpose: 'enable' | 'disable' | 'codes' }
  | { kind: 'scan'; uri: string; backupCodes: string[] }
  | { kind: 'codes'; backupCodes: string[] }

/** A code from an app besides the password: switching it on, off, and new backup codes. */
export function TwoFactorSettings() {
  const { t } = useTranslation(['settings', 'common'])
  const me = useMe()
  const [step, setStep] = useState<Step | null>(null)
  const close = () => setStep(null)
  return (
    <Section title={t('twoFactor.title')} hint={t('twoFactor.hint')}>
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={me.twoFactor ? 'ok' : 'neutral'} icon={me.twoFactor ? ShieldCheck : ShieldOff}>
          {t(me.twoFactor ? 'twoFactor.on' : 'twoFactor.off')}
        </Badge>
        {me.twoFactor ? (
          <>
            <Button onClick={() => setStep({ kind: 'password', purpose: 'codes' })}>{t('twoFactor.newCodes')}</Button>
            <Button onClick={() => setStep({ kind: 'password', purpose: 'disable' })}>{t('twoFactor.disable')}</Button>
          </>
        ) : (
          <Button look="primary" onClick={() => setStep({ kind: 'password', purpose: 'enable' })}>
            {t('twoFactor.enable')}
          </Button>
        )}
      </div>
      {step?.kind === 'password' && <PasswordStep purpose={step.purpose} onClose={close} onNext={setStep} />}
      {step?.kind === 'scan' && <ScanStep step={step} onClose={close} onNext={setStep} />}
      {step?.kind === 'codes' && (
        <Dialog
          open
          onClose={close}
          title={t('twoFactor.codesTitle')}
          description={t('twoFactor.codesHint')}
          footer={
            <>
              <Button
                icon={Copy}
                onClick={async () => {
                  await navigator.clipboard.writeText(step.backupCodes.join('\n'))
                  toast({ tone: 'ok', title: t('common:copied') })
                }}
              >
                {t('common:copy')}
              </Button>
              <Button look="primary" onClick={close}>
                {t('twoFactor.kept')}
              </Button>
            </>
          }
        >
          <ul className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-md bg-sunken p-4 font-mono text-base">
            {step.backupCodes.map(code => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </Dialog>
      )}
    </Section>
  )
}

interface StepProps {
  onClose: () => void
  onNext: (step: Step | null) => void
}

function PasswordStep({ purpose, onClose, onNext }: StepProps & { purpose: 'enable' | 'disable' | 'codes' }) {
  const { t } = useTranslation('settings')
  const [password, setPassword] = useState('')
  const go = useMutation({
    mutationFn: async (): Promise<Step | null> => {
      const body = { password }
      if (purpose === 'enable') return { kind: 'scan', ...(await api.call(enableTwoFactor, { body })) }
      if (purpose === 'codes') return { kind: 'codes', ...(await api.call(renewBackupCodes, { body })) }
      await api.call(disableTwoFactor, { body })
      await queries.refetchQueries({ queryKey: ['me'] })
      return null
    },
    onSuccess: onNext,
  })
  return (
    <FormDialog
      title={t(`twoFactor.${purpose === 'codes' ? 'newCodes' : purpose}`)}
      submit={t('twoFactor.next')}
      busy={go.isPending}
      onClose={onClose}
      onSubmit={() => go.mutate()}
    >
      <Field label={t('password.current')} required error={go.error && problemWords(go.error)}>
        <Input
          type="password"
          autoComplete="current-password"
          autoFocus
          value={password}
          onChange={event => setPassword(event.target.value)}
        />
      </Field>
    </FormDialog>
  )
}

function ScanStep({ step, onClose, onNext }: StepProps & { step: Extract<Step, { kind: 'scan' }> }) {
  const { t } = useTranslation('settings')
  const [code, setCode] = useState('')
  const secret = new URL(step.uri).searchParams.get('secret') ?? ''
  const verify = useMutation({
    mutationFn: () => api.call(confirmTwoFactor, { body: { code: code.replace(/\s/g, '') } }),
    onSuccess: async () => {
      await queries.refetchQueries({ queryKey: ['me'] })
      onNext({ kind: 'codes', backupCodes: step.backupCodes })
    },
  })
  return (
    <FormDialog
      title={t('twoFactor.scanTitle')}
      submit={t('twoFactor.confirm')}
      busy={verify.isPending}
      onClose={onClose}
      onSubmit={() => verify.mutate()}
    >
      <div className="flex gap-5 max-sm:flex-col">
        <QrImage text={step.uri} label={t('twoFactor.qr')} />
        <div className="flex flex-col gap-3">
          <p>{t('twoFactor.scanHint')}</p>
          <p className="text-muted text-xs">
            {t('twoFactor.secret')}
            <code className="mt-1 block break-all rounded-sm bg-sunken px-2 py-1 font-mono text-ink text-sm">
              {secret.replace(/(.{4})/g, '$1 ').trim()}
            </code>
          </p>
          <Field label={t('twoFactor.code')} required error={verify.error && problemWords(verify.error)}>
            <Input
              inputMode="numeric"
              autoComplete="one-time-code"
              autoFocus
              value={code}
              onChange={event => setCode(event.target.value)}
              className="figures"
            />
          </Field>
        </div>
      </div>
    </FormDialog>
  )
}

interface FormDialogProps {
  title: string
  submit: string
  busy: boolean
  onClose: () => void
  onSubmit: () => void
  children: ReactNode
}

function FormDialog({ title, submit, busy, onClose, onSubmit, children }: FormDialogProps) {
  const { t } = useTranslation()
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit()
  }
  return (
    <Dialog open onClose={onClose} title={title}>
      <form onSubmit={send} className="flex flex-col gap-4 pb-3">
        {children}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
