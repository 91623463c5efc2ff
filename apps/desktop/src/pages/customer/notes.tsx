import { addCustomerNote, deleteCustomerNote } from '@centrala/api/customer.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { confirm } from '../../components/confirm.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Textarea } from '../../components/textarea.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { toast } from '../../components/toast.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { useCan, useMe } from '../../session/me.ts'
import { LinkText } from '../conversation/link-text.tsx'
import { customerNotesQuery, refreshCustomer } from './queries.ts'

/** What colleagues should know about this person, whatever the conversation. */
export function Notes({ customerId }: { customerId: string }) {
  const { t } = useTranslation(['customer', 'common'])
  const can = useCan()
  const me = useMe()
  const notes = useQuery(customerNotesQuery(customerId)).data ?? []
  const [text, setText] = useState('')
  const refused = (error: Error) => toast({ tone: 'bad', title: problemWords(error) })
  const add = useMutation({
    mutationFn: () => api.call(addCustomerNote, { params: { id: customerId }, body: { text: text.trim() } }),
    onSuccess: () => {
      setText('')
      return refreshCustomer(customerId)
    },
    onError: refused,
  })
  const remove = useMutation({
    mutationFn: (noteId: string) => api.call(deleteCustomerNote, { params: { id: customerId, noteId } }),
    onSuccess: () => refreshCustomer(customerId),
    onError: refused,
  })
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (text.trim() !== '' && !add.isPending) add.mutate()
  }
  return (
    <div className="flex flex-col gap-2">
      {can('customer.write') && (
        <form onSubmit={submit} className="flex flex-col gap-1.5">
          <Textarea
            rows={1}
            aria-label={t('noteField')}
            placeholder={t('noteField')}
            value={text}
            maxLength={10_000}
            onChange={event => setText(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit()
            }}
          />
          {text.trim() !== '' && (
            <Button type="submit" size="sm" look="primary" busy={add.isPending} className="self-end">
              {t('addNote')}
            </Button>
          )}
        </form>
      )}
      <ul className="flex flex-col gap-2">
        {notes.map(note => (
          <li key={note.id} className="group rounded-md bg-note px-2.5 py-2 ring-1 ring-note-line ring-inset">
            <LinkText text={note.text} />
            <p className="mt-1 flex items-center gap-1 text-muted text-xs">
              {note.userName ?? '–'} · <TimeAgo at={note.createdAt} />
              <span className="flex-1" />
              {note.userId === me.id && (
                <IconButton
                  icon={Trash2}
                  size="sm"
                  label={t('deleteNote')}
                  onClick={() =>
                    confirm({
                      title: t('deleteNote'),
                      action: t('common:delete'),
                      danger: true,
                      run: async () => {
                        await remove.mutateAsync(note.id).catch(() => undefined)
                      },
                    })
                  }
                  className="-my-1 opacity-0 focus-visible:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100"
                />
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  )
}
