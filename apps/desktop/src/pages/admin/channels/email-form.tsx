import { testChannelAccount } from '@centrala/api/channel-account.ts'
import { useMutation } from '@tanstack/react-query'
import { CircleCheck, CircleX, PlugZap } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { Textarea } from '../../../components/textarea.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { useSay } from '../../../i18n/use-say.ts'
import { focusFirstError } from '../form/edit-drawer.tsx'
import { FormPart } from '../form/form-part.tsx'
import {
  at,
  CheckField,
  ChoiceField,
  NumberField,
  OptionalTextField,
  SecretField,
  TextField,
  useConfigForm,
  WordsField,
} from './config-form.tsx'
import { EMAIL_START, PROVIDERS } from './defaults.ts'

/** A mailbox: where mail comes in, how it leaves, and whether that works. */
export function EmailForm({ id }: { id: string | null }) {
  const { t } = useTranslation(['adminChannels', 'common'])
  const say = useSay()
  const { config, secrets, set, error, check } = useConfigForm()
  const attempt = useMutation({
    mutationFn: () => api.call(testChannelAccount, { body: { id, channel: 'email', config, secrets } }),
    onError: failure => toast({ tone: 'bad', title: problemWords(failure) }),
  })
  const hasImap = Boolean(config.imap)
  const hasSmtp = Boolean(config.smtp)
  const oauth = [at(config, 'imap.signIn'), at(config, 'smtp.signIn')].includes('oauth2')
  const choose = (provider: (typeof PROVIDERS)[number]) => {
    const user = config.fromAddress
    for (const [name, value] of Object.entries(provider.config)) {
      if (typeof value === 'string') set(name, value)
      else
        set(name, { ...(EMAIL_START[name] ?? { clientId: '' }), user, signIn: 'oauth2', ...omitIfOauth(name, value) })
    }
  }
  const security = [
    { value: 'tls' as const, label: t('email.tls') },
    { value: 'starttls' as const, label: t('email.starttls') },
    { value: 'none' as const, label: t('email.unencrypted') },
  ]
  const signIns = [
    { value: 'password' as const, label: t('email.byPassword') },
    { value: 'oauth2' as const, label: t('email.byOauth') },
  ]
  return (
    <>
      <FormPart title={t('email.address')} hint={t('email.addressHint')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            path="fromAddress"
            label={t('email.fromAddress')}
            type="email"
            placeholder="support@example.com"
            required
          />
          <TextField path="fromName" label={t('email.fromName')} hint={t('email.fromNameHint')} />
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-muted text-xs">{t('email.provider')}</span>
          {PROVIDERS.map(provider => (
            <Button key={provider.key} size="sm" onClick={() => choose(provider)}>
              {t(`email.${provider.key}`)}
            </Button>
          ))}
        </div>
      </FormPart>
      <FormPart title={t('email.incoming')} hint={t('email.incomingHint')}>
        <Checkbox
          checked={hasImap}
          onChange={on => set('imap', on ? { ...(EMAIL_START.imap as object), user: config.fromAddress } : null)}
          label={t('email.imap')}
        />
        {hasImap && (
          <>
            <div className="grid gap-4 sm:grid-cols-[1fr_8rem_12rem]">
              <TextField path="imap.host" label={t('email.server')} placeholder="imap.example.com" required />
              <NumberField path="imap.port" label={t('email.port')} fallback={993} min={1} max={65_535} />
              <ChoiceField path="imap.security" label={t('email.security')} fallback="tls" options={security} />
            </div>
            <div className="grid gap-4 sm:grid-cols-2">
              <ChoiceField path="imap.signIn" label={t('email.signIn')} fallback="password" options={signIns} />
              <TextField path="imap.user" label={t('email.user')} required />
              {at(config, 'imap.signIn') !== 'oauth2' && (
                <SecretField name="imapPassword" label={t('email.password')} hint={t('email.passwordHint')} />
              )}
              <TextField path="imap.mailbox" label={t('email.folder')} />
              <ChoiceField
                path="imap.startFrom"
                label={t('email.startFrom')}
                hint={t('email.startFromHint')}
                fallback="unread"
                options={[
                  { value: 'unread', label: t('email.startUnread') },
                  { value: 'now', label: t('email.startNow') },
                  { value: 'all', label: t('email.startAll') },
                ]}
              />
            </div>
            <CheckField path="imap.markRead" label={t('email.markRead')} fallback={true} />
          </>
        )}
        <WordsField
          path="intakeAddresses"
          label={t('email.intake')}
          hint={t('email.intakeHint')}
          placeholder="support@in.example.com"
        />
      </FormPart>
      <FormPart title={t('email.outgoing')} hint={t('email.outgoingHint')}>
        <Checkbox
          checked={hasSmtp}
          onChange={on => set('smtp', on ? { ...(EMAIL_START.smtp as object), user: config.fromAddress } : null)}
          label={t('email.smtp')}
        />
        {hasSmtp && (
          <>
            <div className="grid gap-4 sm:grid-cols-[1fr_8rem_12rem]">
              <TextField path="smtp.host" label={t('email.server')} placeholder="smtp.example.com" required />
              <NumberField path="smtp.port" label={t('email.port')} fallback={587} min={1} max={65_535} />
              <ChoiceField path="smtp.security" label={t('email.security')} fallback="starttls" options={security} />
            </div>
            <div className="grid gap-4 sm:grid-cols-2">
              <ChoiceField
                path="smtp.signIn"
                label={t('email.signIn')}
                fallback="password"
                options={[...signIns, { value: 'none' as const, label: t('email.byNothing') }]}
              />
              {at(config, 'smtp.signIn') !== 'none' && <TextField path="smtp.user" label={t('email.user')} />}
              {(at(config, 'smtp.signIn') ?? 'password') === 'password' && (
                <SecretField name="smtpPassword" label={t('email.password')} />
              )}
            </div>
          </>
        )}
      </FormPart>
      {oauth && (
        <FormPart title={t('email.oauth')} hint={t('email.oauthHint')}>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField path="oauth.tokenEndpoint" label={t('email.tokenEndpoint')} type="url" required />
            <TextField path="oauth.clientId" label={t('email.clientId')} required />
            <SecretField name="oauthClientSecret" label={t('email.clientSecret')} />
            <SecretField name="oauthRefreshToken" label={t('email.refreshToken')} />
            <TextField path="oauth.scope" label={t('email.scope')} />
          </div>
        </FormPart>
      )}
      <div className="flex flex-col gap-2">
        <Button
          icon={PlugZap}
          busy={attempt.isPending}
          onClick={event => {
            if (check()) attempt.mutate()
            else if (event.currentTarget.form) focusFirstError(event.currentTarget.form.id)
          }}
          className="self-start"
        >
          {t('channels.test')}
        </Button>
        <ul role="status" className="flex flex-col gap-1">
          {attempt.data?.parts.map(part => (
            <li key={part.part} className="flex items-start gap-2">
              {part.ok ? (
                <CircleCheck size={16} aria-hidden className="mt-0.5 shrink-0 text-ok" />
              ) : (
                <CircleX size={16} aria-hidden className="mt-0.5 shrink-0 text-bad" />
              )}
              <span className={part.ok ? '' : 'text-bad-ink'}>{say(part.phrase, part.sentence)}</span>
            </li>
          ))}
        </ul>
      </div>
      <details>
        <summary className="cursor-pointer font-medium">{t('channels.advanced')}</summary>
        <div className="mt-3 flex flex-col gap-4">
          <CheckField path="plusAddressing" label={t('email.plus')} hint={t('email.plusHint')} fallback={true} />
          <div className="grid gap-4 sm:grid-cols-2">
            <OptionalTextField path="replyDomain" label={t('email.replyDomain')} hint={t('email.replyDomainHint')} />
            <OptionalTextField
              path="trustedAuthservId"
              label={t('email.authserv')}
              hint={t('email.authservHint')}
              placeholder="mx.example.com"
            />
          </div>
          <Field
            label={t('email.certificate')}
            hint={t('email.certificateHint')}
            error={error('caCertificate')}
            optional
          >
            <Textarea
              rows={3}
              value={String(config.caCertificate ?? '')}
              onChange={event => set('caCertificate', event.target.value === '' ? null : event.target.value)}
              placeholder="-----BEGIN CERTIFICATE-----"
              className="font-mono text-xs"
            />
          </Field>
        </div>
      </details>
    </>
  )
}

/** OAuth settings have no user of their own. */
function omitIfOauth(name: string, value: unknown): object {
  return name === 'oauth' ? { ...(value as object), user: undefined, signIn: undefined } : (value as object)
}
