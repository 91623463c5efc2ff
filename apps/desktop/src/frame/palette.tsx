import { search } from '@centrala/api/customer.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { CornerDownLeft, MessageSquareText, PhoneCall, Search } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Action, useAllActions } from '../actions/actions.ts'
import { api } from '../api.ts'
import { Avatar } from '../components/avatar.tsx'
import { Kbd } from '../components/kbd.tsx'
import { Spinner } from '../components/spinner.tsx'
import { TimeAgo } from '../components/time-ago.tsx'
import { phoneQuery } from '../phone/calls.ts'
import { askPhone } from '../phone/door.ts'
import { cleanNumber, looksLikeNumber, prettyNumber } from '../phone/number.ts'
import { useCan } from '../session/me.ts'

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

const matches = (action: Action, text: string) => {
  const hay = fold(`${action.title} ${action.section} ${action.keywords ?? ''}`)
  return fold(text)
    .split(/\s+/)
    .every(word => hay.includes(word))
}

const ITEM =
  'flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2 py-1 data-[selected=true]:bg-hover pointer-coarse:min-h-11'
const GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint'

/** Anything one may do, and anyone one may find, by typing. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('frame')
  return (
    <Radix.Root open={open} onOpenChange={next => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-overlay" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 top-[10vh] z-50 mx-auto w-[calc(100%-24px)] max-w-xl animate-enter overflow-hidden rounded-xl bg-raised shadow-dialog max-sm:top-3"
        >
          <Radix.Title className="sr-only">{t('palette.label')}</Radix.Title>
          <PaletteBody onClose={onClose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['frame', 'common'])
  const navigate = useNavigate()
  const can = useCan()
  const [text, setText] = useState('')
  const asked = useDeferredValue(text.trim())
  const [chosen, setChosen] = useState('')
  const canSearch = can('conversation.read') && asked.length >= 2
  const found = useQuery({
    queryKey: ['search', asked, 6],
    queryFn: () => api.call(search, { query: { q: asked, limit: 6 } }),
    enabled: canSearch,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
  // Results that come in above take the place of the first choice, unless somebody has moved already.
  const first = canSearch ? found.data?.customers[0]?.id : undefined
  const moved = useRef(false)
  useEffect(() => {
    if (first && !moved.current) setChosen(`customer ${first}`)
  }, [first])
  const canDial = useQuery({ ...phoneQuery, enabled: can('inbox.handle') }).data?.canDial ?? false
  const number = canDial && looksLikeNumber(asked) ? cleanNumber(asked) : null
  const actions = useAllActions().filter(action => !action.quiet && matches(action, text))
  const sections = Map.groupBy(actions, action => action.section)
  const finish = (run: () => void) => () => {
    onClose()
    // After the dialog has given the focus back, so that an action may take it.
    setTimeout(run)
  }
  const go = (run: () => void) => finish(run)
  return (
    <Command shouldFilter={false} loop label={t('palette.label')} value={chosen} onValueChange={setChosen}>
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search size={17} aria-hidden className="text-faint" />
        <Command.Input
          value={text}
          onValueChange={next => {
            moved.current = false
            setText(next)
          }}
          onKeyDown={event => {
            if (event.key.startsWith('Arrow')) moved.current = true
          }}
          placeholder={t('palette.placeholder')}
          className="h-12 flex-1 bg-transparent text-base outline-none placeholder:text-faint"
        />
        {found.isFetching && <Spinner size={15} className="text-faint" />}
      </div>
      <Command.List className="max-h-[min(28rem,60vh)] overflow-y-auto p-1.5">
        {!found.isFetching && (
          <Command.Empty className="p-8 text-center text-muted">{t('palette.nothing')}</Command.Empty>
        )}
        {number !== null && (
          <Command.Item
            value="call number"
            onSelect={go(() => askPhone({ kind: 'dial', wish: { number, customerId: null, interactionId: null } }))}
            className={ITEM}
          >
            <PhoneCall size={16} aria-hidden className="shrink-0 text-muted" />
            <span className="figures truncate">{t('common:callNumber', { number: prettyNumber(number) })}</span>
          </Command.Item>
        )}
        {canSearch && found.data && found.data.customers.length > 0 && (
          <Command.Group heading={t('palette.customers')} className={GROUP}>
            {found.data.customers.map(customer => (
              <Command.Item
                key={customer.id}
                value={`customer ${customer.id}`}
                onSelect={go(
                  () => void navigate({ to: '/customers/$customerId', params: { customerId: customer.id } }),
                )}
                className={ITEM}
              >
                <Avatar name={customer.name ?? '?'} seed={customer.id} size="xs" />
                <span className="truncate">{customer.name ?? t('common:unknownCustomer')}</span>
                <span className="truncate text-muted">
                  {customer.identities.find(one => one.kind !== 'visitor')?.address}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {[...sections].map(([section, items]) => (
          <Command.Group key={section} heading={section} className={GROUP}>
            {items.map(action => {
              const Icon = action.icon ?? CornerDownLeft
              return (
                <Command.Item key={action.id} value={action.id} onSelect={finish(action.run)} className={ITEM}>
                  <Icon size={16} aria-hidden className="shrink-0 text-muted" />
                  <span className="min-w-0 flex-1 truncate">{action.title}</span>
                  {action.keys && <Kbd keys={action.keys} />}
                </Command.Item>
              )
            })}
          </Command.Group>
        ))}
        {canSearch && found.data && found.data.messages.length > 0 && (
          <Command.Group heading={t('palette.messages')} className={GROUP}>
            {found.data.messages.map(message => (
              <Command.Item
                key={message.messageId}
                value={`message ${message.messageId}`}
                onSelect={go(
                  () =>
                    void navigate({
                      to: '/conversations/$conversationId',
                      params: { conversationId: message.conversationId },
                      search: { message: message.messageId },
                    }),
                )}
                className={ITEM}
              >
                <MessageSquareText size={16} aria-hidden className="shrink-0 text-muted" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{message.text}</span>
                  <span className="block truncate text-muted text-xs">
                    {message.customerName ?? t('common:unknownCustomer')} · <TimeAgo at={message.createdAt} />
                  </span>
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {canSearch && (
          <Command.Item
            value="search everywhere"
            onSelect={go(() => void navigate({ to: '/search', search: { q: asked } }))}
            className={ITEM}
          >
            <Search size={16} aria-hidden className="shrink-0 text-muted" />
            <span className="truncate">{t('palette.searchAll', { text: asked })}</span>
          </Command.Item>
        )}
      </Command.List>
    </Command>
  )
}
