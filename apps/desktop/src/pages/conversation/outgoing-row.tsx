import { CircleAlert, Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { useNow } from '../../components/clock.ts'
import { Attachments } from './attachments.tsx'
import { readDraft, writeDraft } from './drafts.ts'
import { LinkText } from './link-text.tsx'
import { type Outgoing, takeBack, tryAgain } from './outbox.ts'

/** Puts a message that was not sent back into the reply box, before what is written there now. */
export function editAgain(clientId: string): void {
  const item = takeBack(clientId)
  if (!item) return
  const draft = readDraft(item.conversationId)
  const join = (a: string, b: string) => [a, b].filter(text => text.trim() !== '').join('\n\n')
  const { body } = item
  if (body.internal)
    writeDraft(item.conversationId, {
      mode: 'note',
      note: join(body.text, draft.note),
      noteFiles: [...item.files, ...draft.noteFiles],
    })
  else
    writeDraft(item.conversationId, {
      mode: 'reply',
      text: join(body.text, draft.text),
      files: [...item.files, ...draft.files],
      subject: body.subject ?? draft.subject,
      to: body.to ?? draft.to,
      cc: body.cc ?? draft.cc,
      bcc: body.bcc ?? draft.bcc,
    })
}

/** One of my messages that the server does not have yet. */
export function OutgoingRow({ item }: { item: Outgoing }) {
  const { t } = useTranslation(['inbox', 'common'])
  useNow()
  const canUndo = item.refused === null && Date.now() < item.sendAt
  return (
    <div className="mt-2 flex flex-col items-end px-4">
      <div
        className={`flex max-w-[min(38rem,86%)] flex-col gap-2 rounded-xl px-3 py-2 text-base ${item.body.internal ? 'bg-note' : 'bg-mine'} ${item.refused ? '' : 'opacity-70'}`}
      >
        <LinkText text={item.body.text} />
        <Attachments files={item.files.map(file => ({ ...file, contentId: null }))} />
      </div>
      {item.refused === null ? (
        <p className="mt-0.5 flex items-center gap-1 px-1 text-faint text-xs">
          <Clock size={13} aria-hidden />
          {t('delivery.sending')}
          {canUndo && (
            <Button look="ghost" size="sm" onClick={() => editAgain(item.clientId)}>
              {t('common:undo')}
            </Button>
          )}
        </p>
      ) : (
        <div
          role="alert"
          className="mt-1 flex max-w-[86%] flex-wrap items-center gap-2 rounded-md bg-bad-soft px-2 py-1 text-bad-ink text-xs"
        >
          <CircleAlert size={14} aria-hidden />
          <span>
            {t('delivery.refused')} {item.refused}
          </span>
          <Button size="sm" onClick={() => tryAgain(item.clientId)}>
            {t('common:retry')}
          </Button>
          <Button size="sm" onClick={() => editAgain(item.clientId)}>
            {t('common:edit')}
          </Button>
        </div>
      )}
    </div>
  )
}
