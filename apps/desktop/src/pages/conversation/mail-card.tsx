import type { Message } from '@centrala/api/message.ts'
import { clsx } from 'clsx'
import { ChevronDown, ShieldAlert, ShieldCheck } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../../components/avatar.tsx'
import { Badge } from '../../components/badge.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { Tooltip } from '../../components/tooltip.tsx'
import { part } from '../../part.ts'
import { Attachments } from './attachments.tsx'
import { FailedNotice, Quoted } from './bubble.tsx'
import { DeliveryMark } from './delivery-mark.tsx'
import { LinkText } from './link-text.tsx'

const MailHtml = lazy(part(() => import('./mail-html.tsx')))

interface MailCardProps {
  message: Message
  customerName: string
  customerId: string
  mine: boolean
  /** Older mails of a long thread are folded to a line. */
  folded: boolean
  subjectChanged: boolean
  highlighted: boolean
}

/** An e-mail as a card: who, to whom, when; its text or inert HTML; its files. */
export function MailCard({
  message,
  customerName,
  customerId,
  mine,
  folded,
  subjectChanged,
  highlighted,
}: MailCardProps) {
  const { t } = useTranslation(['inbox', 'common'])
  const [open, setOpen] = useState(!folded)
  const [details, setDetails] = useState(false)
  const ours = message.author !== 'customer'
  const name = ours
    ? mine
      ? t('common:you')
      : (message.userName ?? t(`author.${message.author}`))
    : (message.sender?.name ?? customerName)
  const recipients = message.recipients
  const shownFiles = message.files.filter(file => file.contentId === null || !message.html?.includes(file.contentId))
  return (
    <article
      id={`message-${message.id}`}
      aria-label={t('mail.by', { name })}
      className={clsx(
        'mx-4 mt-3 overflow-hidden rounded-lg bg-raised shadow-card ring-1 ring-line',
        ours && 'border-accent border-l-2',
        highlighted && 'outline-2 outline-accent outline-offset-2',
      )}
    >
      <header className="flex items-center gap-2.5 px-3 py-2">
        <Avatar
          name={ours ? (message.userName ?? name) : name}
          seed={ours ? (message.userId ?? message.author) : customerId}
        />
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-w-0 flex-1 flex-col text-left"
        >
          <span className="flex max-w-full items-center gap-1.5">
            <span className="truncate font-semibold">{name}</span>
            {!ours && message.sender && (
              <>
                <span className="truncate text-muted max-sm:hidden">{message.sender.address}</span>
                <Tooltip label={t(message.sender.verified ? 'mail.verified' : 'mail.unverified')}>
                  <span>
                    {message.sender.verified ? (
                      <ShieldCheck size={14} aria-hidden className="text-ok" />
                    ) : (
                      <ShieldAlert size={14} aria-hidden className="text-warn" />
                    )}
                    <span className="sr-only">{t(message.sender.verified ? 'mail.verified' : 'mail.unverified')}</span>
                  </span>
                </Tooltip>
              </>
            )}
            {message.automatic && <Badge>{t('message.automatic')}</Badge>}
          </span>
          <span className="max-w-full truncate text-muted text-xs">
            {open
              ? recipients && t('mail.toLine', { to: [...recipients.to, ...recipients.cc].join(', ') || '–' })
              : message.text.slice(0, 160)}
          </span>
        </button>
        <span className="flex shrink-0 items-center gap-1.5 text-muted text-xs">
          {message.author === 'agent' && <DeliveryMark message={message} />}
          <TimeAgo at={message.createdAt} stamp />
          {open && recipients && (
            <button
              type="button"
              aria-label={t('mail.details')}
              aria-expanded={details}
              onClick={() => setDetails(!details)}
              className="grid size-6 place-items-center rounded-md hover:bg-hover"
            >
              <ChevronDown size={14} aria-hidden className={details ? 'rotate-180' : ''} />
            </button>
          )}
        </span>
      </header>
      {open && (
        <>
          {details && recipients && (
            <dl className="grid grid-cols-[auto_1fr] gap-x-3 border-t bg-sunken px-3 py-2 text-xs [&_dd]:break-all [&_dt]:text-muted">
              {message.sender && (
                <>
                  <dt>{t('mail.from')}</dt>
                  <dd>{message.sender.address}</dd>
                </>
              )}
              {(['to', 'cc', 'bcc'] as const).map(
                field =>
                  recipients[field].length > 0 && (
                    <div key={field} className="contents">
                      <dt>{t(`mail.${field}`)}</dt>
                      <dd>{recipients[field].join(', ')}</dd>
                    </div>
                  ),
              )}
              <dt>{t('mail.subject')}</dt>
              <dd>{message.subject}</dd>
            </dl>
          )}
          {subjectChanged && message.subject && (
            <p className="border-t px-3 pt-2 font-semibold text-base">{message.subject}</p>
          )}
          {message.html ? (
            <div className="border-t">
              <Suspense fallback={<Skeleton className="m-3 h-16" />}>
                <MailHtml message={message} />
              </Suspense>
            </div>
          ) : (
            <div className="flex flex-col gap-2 border-t px-3.5 py-3 text-base">
              <LinkText text={message.text} />
              <Quoted text={message.quoted} />
            </div>
          )}
          {shownFiles.length > 0 && (
            <div className="border-t px-3 py-2">
              <Attachments files={shownFiles} />
            </div>
          )}
          {message.status === 'failed' && (
            <div className="px-3 pb-2">
              <FailedNotice message={message} />
            </div>
          )}
        </>
      )}
    </article>
  )
}
