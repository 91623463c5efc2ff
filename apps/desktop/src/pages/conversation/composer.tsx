import type { Conversation } from '@centrala/api/conversation.ts'
import type { Customer } from '@centrala/api/customer.ts'
import type { Interaction } from '@centrala/api/interaction.ts'
import type { Message } from '@centrala/api/message.ts'
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { ChevronDown, MessageSquareQuote, Paperclip, Reply, SendHorizontal, StickyNote } from 'lucide-react'
import { type ClipboardEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../../actions/actions.ts'
import { Button } from '../../components/button.tsx'
import { IconButton } from '../../components/icon-button.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { Menu, MenuItem } from '../../components/menu.tsx'
import { agentsQuery, brandsQuery, cannedRepliesQuery, queuesQuery } from '../../configuration/configuration.ts'
import { sendTyping } from '../../live/live.ts'
import { useMe } from '../../session/me.ts'
import { usePreferences } from '../../session/preferences.ts'
import { DraftFiles } from './draft-files.tsx'
import { type Draft, readDraft, useDraft } from './drafts.ts'
import { EmojiPicker } from './emoji-picker.tsx'
import { fillVariables, type TextValues, triggerAt } from './fill-variables.ts'
import { MailFields } from './mail-fields.tsx'
import { post } from './outbox.ts'
import { takeReplyFocus } from './reply-focus.ts'
import { type Suggestion, SuggestList } from './suggest-list.tsx'
import { useUploads } from './use-uploads.ts'

/** E-mails wait this long, so that a press too early can be taken back; a chat goes at once. */
const MAIL_UNDO_MS = 5000
const TYPING_EVERY_MS = 3000
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

interface ComposerProps {
  conversation: Conversation
  customer: Customer | undefined
  /** Mine and active; null: only notes can be written. */
  interaction: Interaction | null
  lastInbound: Message | undefined
  /** Ends the contact after what was sent has left. */
  onSendAndEnd: () => void
}

/** Where one writes: a reply to the customer or a note for colleagues. Nothing written here is ever lost. */
export function Composer({ conversation, customer, interaction, lastInbound, onSendAndEnd }: ComposerProps) {
  const { t } = useTranslation(['inbox', 'common', 'frame'])
  const me = useMe()
  const { enterSends } = usePreferences()
  const [draft, change] = useDraft(conversation.id)
  const mode = interaction === null ? 'note' : draft.mode
  const isNote = mode === 'note'
  const isMail = !isNote && interaction?.channel === 'email'
  const text = isNote ? draft.note : draft.text
  const files = isNote ? draft.noteFiles : draft.files
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const listId = useId()
  const [caret, setCaret] = useState(0)
  const [active, setActive] = useState(0)
  const [dismissed, setDismissed] = useState('')
  const [dragging, setDragging] = useState(false)
  const typedAt = useRef(0)

  const setText = (next: string) => change(isNote ? { note: next } : { text: next })
  const setFiles = (next: Draft['files']) => change(isNote ? { noteFiles: next } : { files: next })
  const uploads = useUploads(conversation.id, t('files.tooLarge'), file => {
    // What was uploaded beside it may have arrived since this was drawn.
    const now = readDraft(conversation.id)
    change(isNote ? { noteFiles: [...now.noteFiles, file] } : { files: [...now.files, file] })
  })

  const queue = useQuery(queuesQuery).data?.find(one => one.id === interaction?.queueId)
  const brand = useQuery(brandsQuery).data?.find(one => one.id === conversation.brandId)
  const values: TextValues = {
    'customer.name': conversation.customerName,
    'customer.firstName': conversation.customerName?.split(' ')[0] ?? null,
    'customer.company': customer?.companyName ?? null,
    'agent.name': me.name,
    'agent.firstName': me.name.split(' ')[0] ?? null,
    'queue.name': interaction?.queueName ?? null,
    'conversation.subject': conversation.subject,
    'brand.name': brand?.name ?? me.tenant.name,
  }
  const signature = isMail && queue?.signature ? fillVariables(queue.signature, values).text : ''
  const to = draft.to ?? defaultRecipients(lastInbound, customer)
  const subject = draft.subject ?? conversation.subject ?? ''

  // A menu opens where the word before the caret begins with / (canned replies) or, in a note, with @ (people).
  const slash = isNote ? null : triggerAt(text, caret, '/')
  const at = isNote ? triggerAt(text, caret, '@') : null
  const trigger = slash ?? at
  const open = trigger !== null && dismissed !== `${trigger.start}`
  const canned = useQuery({ ...cannedRepliesQuery, enabled: !isNote }).data ?? []
  const people = useQuery({ ...agentsQuery, enabled: at !== null }).data ?? []
  const wanted = fold(trigger?.query ?? '')
  const suggestions: Suggestion[] = slash
    ? canned
        .filter(one => one.queueId === null || one.queueId === interaction?.queueId)
        .filter(one => fold(`${one.shortcut} ${one.name}`).includes(wanted))
        .sort((a, b) => rank(b.locale) - rank(a.locale))
        .map(one => ({ id: one.id, label: `/${one.shortcut}`, hint: one.name }))
    : people
        .filter(one => one.id !== me.id && fold(one.name).includes(wanted))
        .map(one => ({ id: one.id, label: one.name, hint: one.teamName ?? '' }))
  function rank(locale: string | null) {
    const language = customer?.language ?? interaction?.language
    return language && locale?.startsWith(language.split('-')[0] ?? '') ? 2 : locale === null ? 1 : 0
  }

  const putCaret = (start: number, end = start) => {
    setCaret(end)
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(start, end)
    })
  }
  const insert = (piece: string) => {
    const start = field.current?.selectionStart ?? text.length
    const end = field.current?.selectionEnd ?? text.length
    setText(text.slice(0, start) + piece + text.slice(end))
    putCaret(start + piece.length)
  }
  const choose = (item: Suggestion) => {
    if (!trigger) return
    const before = text.slice(0, trigger.start)
    const after = text.slice(caret)
    if (slash) {
      const reply = canned.find(one => one.id === item.id)
      if (!reply) return
      const { text: filled, gap } = fillVariables(reply.text, values)
      setText(before + filled + after)
      if (gap) putCaret(before.length + gap.start, before.length + gap.end)
      else putCaret(before.length + filled.length)
    } else {
      const piece = `@${item.label} `
      change({
        note: before + piece + after,
        mentions: [...draft.mentions.filter(one => one.id !== item.id), { id: item.id, name: item.label }],
      })
      putCaret(before.length + piece.length)
    }
    setActive(0)
  }

  const canSend =
    (text.trim() !== '' || files.length > 0) &&
    !uploads.busy &&
    (!isMail || (to.length > 0 && to.every(one => one.includes('@'))))
  const send = () => {
    if (!canSend) return false
    if (isNote)
      post({
        userId: me.id,
        conversationId: conversation.id,
        files,
        undoMs: 0,
        body: {
          internal: true,
          text: text.trim(),
          fileIds: files.map(file => file.id),
          mentions: draft.mentions.filter(one => text.includes(`@${one.name}`)).map(one => one.id),
        },
      })
    else if (interaction)
      post({
        userId: me.id,
        conversationId: conversation.id,
        files,
        undoMs: isMail ? MAIL_UNDO_MS : 0,
        body: {
          interactionId: interaction.id,
          text: text.trim(),
          fileIds: files.map(file => file.id),
          ...(isMail ? { to: [...to], cc: draft.cc, bcc: draft.bcc, subject: draft.subject } : {}),
        },
      })
    change(
      isNote
        ? { note: '', noteFiles: [], mentions: [] }
        : { text: '', files: [], subject: null, to: null, cc: [], bcc: [] },
    )
    stopTyping()
    field.current?.focus()
    return true
  }

  const stopTyping = () => {
    if (typedAt.current > 0) sendTyping(conversation.id, false)
    typedAt.current = 0
  }
  const onType = (next: string, position: number) => {
    setText(next)
    setCaret(position)
    setActive(0)
    setDismissed('')
    if (isNote || interaction?.channel !== 'chat') return
    if (next === '') stopTyping()
    else if (Date.now() - typedAt.current > TYPING_EVERY_MS) {
      typedAt.current = Date.now()
      sendTyping(conversation.id, true)
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (open && suggestions.length > 0) {
      const last = suggestions.length - 1
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        setActive(index =>
          event.key === 'ArrowDown' ? (index >= last ? 0 : index + 1) : index <= 0 ? last : index - 1,
        )
        return event.preventDefault()
      }
      const item = suggestions[Math.min(active, last)]
      if ((event.key === 'Enter' || event.key === 'Tab') && item) {
        choose(item)
        return event.preventDefault()
      }
    }
    if (event.key === 'Escape') {
      if (open && trigger) setDismissed(`${trigger.start}`)
      else field.current?.blur()
      return event.preventDefault()
    }
    const mod = event.ctrlKey || event.metaKey
    const chatEnter = enterSends && !isMail && !event.shiftKey && !event.altKey
    if (event.key === 'Enter' && (mod || chatEnter)) {
      event.preventDefault()
      if (mod && event.shiftKey) {
        if (send()) onSendAndEnd()
      } else send()
    }
  }
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files]
    if (pasted.length === 0) return
    event.preventDefault()
    uploads.add(pasted)
  }
  const setMode = (next: Draft['mode']) => {
    change({ mode: next })
    requestAnimationFrame(() => field.current?.focus())
  }

  const conversationId = conversation.id
  useEffect(() => {
    if (takeReplyFocus(conversationId)) field.current?.focus()
  }, [conversationId])
  useEffect(() => () => sendTyping(conversationId, false), [conversationId])
  const section = t('frame:section.reply')
  useActions([
    interaction && {
      id: 'reply',
      title: t('reply.focus'),
      section,
      icon: Reply,
      keys: 'r',
      run: () => setMode('reply'),
    },
    { id: 'note', title: t('reply.note'), section, icon: StickyNote, keys: 'n', run: () => setMode('note') },
    {
      id: 'attach',
      title: t('reply.attach'),
      section,
      icon: Paperclip,
      keys: 'alt+f',
      whileTyping: true,
      run: () => picker.current?.click(),
    },
  ])

  const tab = (value: Draft['mode'], label: string) => (
    <button
      type="button"
      role="tab"
      aria-selected={mode === value}
      disabled={value === 'reply' && interaction === null}
      onClick={() => setMode(value)}
      className={clsx(
        'h-7 rounded-md px-2 font-medium text-xs disabled:hidden pointer-coarse:h-9',
        mode === value ? 'bg-pressed text-ink' : 'text-muted hover:text-ink',
      )}
    >
      {label}
    </button>
  )
  return (
    <form
      aria-label={t('reply.label')}
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
      onDragOver={event => {
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={event => !event.currentTarget.contains(event.relatedTarget as Node) && setDragging(false)}
      onDrop={event => {
        event.preventDefault()
        setDragging(false)
        uploads.add(event.dataTransfer.files)
      }}
      className={clsx(
        'relative m-3 mt-0 flex shrink-0 flex-col rounded-lg ring-1 transition-shadow focus-within:ring-2',
        isNote
          ? 'bg-note ring-note-line focus-within:ring-warn'
          : 'bg-raised ring-line-strong/50 focus-within:ring-accent',
        'max-sm:m-0 max-sm:rounded-none',
      )}
    >
      {open && (
        <SuggestList
          id={listId}
          label={t(slash ? 'reply.canned' : 'reply.people')}
          items={suggestions}
          active={active}
          empty={t(slash ? 'reply.noCanned' : 'reply.noPeople')}
          onActive={setActive}
          onChoose={choose}
        />
      )}
      {isMail && (
        <MailFields draft={draft} ready={customer !== undefined} to={to} subject={subject} onChange={change} />
      )}
      <textarea
        ref={field}
        value={text}
        rows={isMail ? 5 : 2}
        aria-label={t(isNote ? 'reply.noteField' : 'reply.field', {
          name: conversation.customerName ?? t('common:unknownCustomer'),
        })}
        aria-autocomplete="list"
        {...(open && suggestions.length > 0
          ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${active}` }
          : {})}
        placeholder={t(isNote ? 'reply.notePlaceholder' : 'reply.placeholder')}
        onChange={event => onType(event.target.value, event.target.selectionEnd)}
        onSelect={event => setCaret(event.currentTarget.selectionEnd)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={stopTyping}
        className="field-sizing-content max-h-[40vh] min-h-14 w-full resize-none bg-transparent px-3 pt-2.5 pb-1 text-base outline-none placeholder:text-faint pointer-coarse:text-lg"
      />
      {signature && (
        <p className="max-h-24 overflow-y-auto whitespace-pre-wrap px-3 pb-2 text-faint">
          -- {'\n'}
          {signature}
        </p>
      )}
      <DraftFiles
        files={files}
        uploads={uploads.uploads}
        onRemove={id => setFiles(files.filter(file => file.id !== id))}
        onDrop={uploads.drop}
      />
      <div className="flex items-center gap-0.5 px-2 pb-2">
        <div role="tablist" aria-label={t('reply.mode')} className="mr-1 flex gap-0.5">
          {tab('reply', t('reply.reply'))}
          {tab('note', t('reply.noteTab'))}
        </div>
        <IconButton
          icon={Paperclip}
          label={t('reply.attach')}
          keys="alt+f"
          side="top"
          onClick={() => picker.current?.click()}
        />
        <EmojiPicker onPick={insert} />
        {!isNote && (
          <IconButton
            icon={MessageSquareQuote}
            label={t('reply.canned')}
            side="top"
            onClick={() => insert(text === '' || /\s$/.test(text) ? '/' : ' /')}
            className="max-sm:hidden"
          />
        )}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={t('reply.attach')}
          onChange={event => {
            uploads.add(event.target.files ?? [])
            event.target.value = ''
          }}
        />
        <span className="flex-1" />
        <span className="mr-2 text-faint text-xs max-lg:hidden" aria-hidden>
          <Kbd keys={enterSends && !isMail ? 'enter' : 'mod+enter'} />
        </span>
        <Button
          type="submit"
          look={isNote ? 'plain' : 'primary'}
          icon={isNote ? StickyNote : SendHorizontal}
          disabled={!canSend}
          className={isNote ? '' : 'rounded-r-none'}
        >
          {t(isNote ? 'reply.addNote' : 'reply.send')}
        </Button>
        {!isNote && (
          <Menu
            side="top"
            trigger={
              <Button
                look="primary"
                aria-label={t('reply.sendMore')}
                disabled={!canSend}
                className="rounded-l-none border-on-accent/25 border-l px-1.5"
              >
                <ChevronDown size={15} aria-hidden />
              </Button>
            }
          >
            <MenuItem icon={SendHorizontal} keys="mod+enter" onSelect={send}>
              {t('reply.send')}
            </MenuItem>
            <MenuItem icon={SendHorizontal} keys="mod+shift+enter" onSelect={() => send() && onSendAndEnd()}>
              {t('reply.sendAndEnd')}
            </MenuItem>
          </Menu>
        )}
      </div>
      {dragging && (
        <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-lg border-2 border-accent border-dashed bg-accent-soft/90 font-medium text-accent-ink">
          {t('files.drop')}
        </div>
      )}
    </form>
  )
}

/** Whoever wrote last is answered; otherwise the customer's own address. */
function defaultRecipients(lastInbound: Message | undefined, customer: Customer | undefined): string[] {
  const sender = lastInbound?.channel === 'email' ? lastInbound.sender : null
  const address = sender && (sender.replyTo ?? sender.address)
  // A mail without a sender came from nowhere that could be answered.
  if (address && !address.endsWith('@sender.invalid')) return [address]
  const own = customer?.identities.filter(identity => identity.kind === 'email') ?? []
  const best = own.find(identity => identity.verifiedAt !== null) ?? own[0]
  return best ? [best.address] : []
}
