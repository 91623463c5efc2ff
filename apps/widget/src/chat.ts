import type { ServerToVisitor, VisitorSays, WebchatFile, WebchatMessage } from '@centrala/api/webchat.ts'
import { type Call, createCall } from './call/call.ts'
import { createConnection } from './connection.ts'
import type { Memory } from './memory.ts'
import { createOutbox, type Pending } from './outbox.ts'
import { ding } from './sound.ts'
import type { Notice, State } from './state.ts'
import type { Store } from './store.ts'

/** A person who is signed in on the page. */
export interface SignedIn {
  id: string
  name?: string | undefined
  email?: string | undefined
  /** HMAC-SHA256 of the id, made by the page's own server. */
  hash?: string | undefined
}

/** What the visitor can do. */
export interface Chat {
  start(): void
  write(text: string, files?: WebchatFile[]): void
  /** Begins a chat without a word yet, so that a file can be sent into it. */
  begin(): Promise<void>
  ticket(): Promise<string>
  retry(clientId: string): void
  discard(clientId: string): void
  typing(text: string): void
  seen(): void
  older(): void
  rate(score: number, comment: string): void
  end(): void
  /** After the end: the visitor wants to write again. */
  anew(): void
  call: Call
  identify(person: SignedIn | null): void
  /** Whether there is a reason to be connected while the panel is closed. */
  goesOn(): boolean
}

type Frame<Type extends ServerToVisitor['type']> = Extract<ServerToVisitor, { type: Type }>

const TYPING_MS = 2500

export function createChat(store: Store<State>, memory: Memory, origin: string, key: string): Chat {
  const outbox = createOutbox(memory, pending => store.set({ pending }))
  store.set({ pending: outbox.all(), fields: memory.tab.get('fields') })
  let person: SignedIn | null = null
  let notices = 0
  let typingSent = 0
  let typingEnds = 0
  let typingShown = 0
  let page = ''
  const waitingForTicket: ((ticket: string) => void)[] = []
  const waitingForBegin: { clientId: string; resolve: () => void; reject: (why: Error) => void }[] = []
  /** The visitor ended the chat while the connection was away. */
  let ends = false

  const connection = createConnection({
    url: `${origin.replace(/^http/, 'ws')}/api/webchat/${key}/live`,
    hello,
    heard: frame => (on[frame.type] as (frame: ServerToVisitor) => void)(frame),
    changed: online => store.set({ connection: online ? 'online' : 'lost', typing: null }),
  })

  const call = createCall(store, memory.tab, frame => connection.say(frame))

  function hello(): VisitorSays {
    page = location.href
    return {
      type: 'hello',
      visitorToken: memory.get<string>('visitor'),
      user: person && { id: person.id, name: person.name ?? null, email: person.email ?? null },
      userHash: person?.hash ?? null,
      page: here(),
      locale: store.get().voice.locale,
    }
  }

  const on: { [Type in ServerToVisitor['type']]: (frame: Frame<Type>) => void } = {
    ready,
    message: ({ message }) => arrived(message),
    ack: acknowledged,
    status: marked,
    typing({ typing, name }) {
      clearTimeout(typingShown)
      if (typing) typingShown = window.setTimeout(() => store.set({ typing: null }), 6000)
      store.set({ typing: typing ? (name ?? '') : null })
    },
    queue: ({ position, waitSeconds }) => store.set({ chat: 'waiting', place: { position, waitSeconds } }),
    agent: ({ name }) => agentChanged(name),
    ended({ survey }) {
      notice('ended', '')
      store.set({ chat: 'none', over: true, agent: null, place: null, typing: null, survey, rated: false })
    },
    history: ({ messages, earlier }) => store.set({ messages: [...messages, ...store.get().messages], earlier }),
    upload({ ticket }) {
      for (const resolve of waitingForTicket.splice(0)) resolve(ticket)
    },
    'call.answer': call.heard,
    'call.state': call.heard,
    'video.signal': call.heard,
    problem: refused,
    pong() {},
  }

  function ready(frame: Frame<'ready'>): void {
    memory.set('visitor', frame.visitorToken)
    const unread = frame.messages.filter(message => message.author !== 'customer' && message.status !== 'read').length
    store.set({
      open: frame.open,
      chat: frame.state,
      over: frame.state === 'none' && frame.messages.length > 0,
      messages: frame.messages,
      earlier: frame.earlier,
      agent: frame.agent?.name ?? null,
      place: frame.queue,
      survey: frame.survey,
      unread,
    })
    if (frame.messages.length > 0) memory.set('lastAt', Date.now())
    for (const message of frame.messages) if (message.clientId) outbox.done(message.clientId)
    rateAgain(frame)
    if (ends && frame.state !== 'none') connection.say({ type: 'end' })
    ends = false
    // The panel looks at the store after this frame: what is in sight is read, the rest has arrived.
    const last = frame.messages.findLast(message => message.author !== 'customer')
    if (last?.status === 'stored') connection.say({ type: 'received', messageId: last.id })
    flush()
    call.back()
  }

  /** While the server still asks, an answer given before has not arrived. */
  function rateAgain({ survey }: Frame<'ready'>): void {
    const rating = memory.tab.get<{ interactionId: string; score: number; comment: string }>('rating')
    if (rating && survey?.interactionId === rating.interactionId) {
      connection.say({ type: 'rate', ...rating })
      store.set({ survey: null, rated: true })
    } else memory.tab.set('rating', null)
  }

  function flush(): void {
    for (const pending of outbox.all()) if (!pending.problem) connection.say(frameOf(pending))
  }

  function frameOf({ clientId, text, files, fields }: Pending): VisitorSays {
    if (fields) return { type: 'start', clientId, fields, text }
    return { type: 'message', clientId, text, fileIds: files.map(file => file.id) }
  }

  function arrived(message: WebchatMessage): void {
    const { messages, config, sound, unread } = store.get()
    if (messages.some(known => known.id === message.id)) return
    if (message.clientId && outbox.done(message.clientId)) return
    store.set({ messages: [...messages, message], typing: null })
    memory.set('lastAt', Date.now())
    if (message.author === 'customer') return
    const who = message.name ?? config.name
    store.set({
      unread: unread + 1,
      announcement: `${who}: ${message.text || message.files.map(file => file.name).join(', ')}`,
    })
    connection.say({ type: 'received', messageId: message.id })
    if (sound && config.sound && (document.visibilityState === 'hidden' || !store.get().panel || !document.hasFocus()))
      ding()
  }

  function acknowledged({ clientId, messageId, createdAt }: Frame<'ack'>): void {
    const pending = outbox.done(clientId)
    for (const { resolve } of waitingForBegin.splice(0)) resolve()
    const { messages, chat } = store.get()
    memory.set('lastAt', Date.now())
    if (chat === 'none') store.set({ chat: 'waiting', over: false, rated: false, survey: null })
    store.set({ fields: null })
    memory.tab.set('fields', null)
    if (!pending || !messageId || messages.some(message => message.id === messageId)) return
    const { text, files } = pending
    const message: WebchatMessage = {
      ...{ id: messageId, conversationId: '', author: 'customer', name: null, text, files, clientId, createdAt },
      status: 'stored',
    }
    store.set({ messages: [...messages, message] })
  }

  function marked({ messageId, status }: Frame<'status'>): void {
    const { messages } = store.get()
    const upTo = messages.findIndex(message => message.id === messageId)
    store.set({
      messages: messages.map((message, index) =>
        index <= upTo && message.author === 'customer' && message.status !== 'read' ? { ...message, status } : message,
      ),
    })
  }

  function agentChanged(name: string | null): void {
    const before = store.get().agent
    if (name === before) return
    notice(name ? 'joined' : 'left', name ?? before ?? '')
    // Whoever takes the chat has all of it on the desk.
    const messages = store
      .get()
      .messages.map(message =>
        name && message.status === 'stored' ? { ...message, status: 'delivered' as const } : message,
      )
    store.set({ agent: name, chat: name ? 'active' : 'waiting', place: null, typing: null, messages })
  }

  function notice(kind: Notice['kind'], name: string): void {
    const { voice, messages } = store.get()
    const at = new Date().toISOString()
    const after = messages.at(-1)?.id ?? null
    store.set({
      notices: [...store.get().notices, { id: ++notices, at, after, kind, name }],
      announcement: voice.say(voice.words[kind], { name }),
    })
  }

  function refused({ clientId, code, detail, retryAfterSeconds }: Frame<'problem'>): void {
    for (const each of waitingForBegin.filter(one => one.clientId === clientId)) {
      waitingForBegin.splice(waitingForBegin.indexOf(each), 1)
      each.reject(new Error(detail))
      outbox.remove(each.clientId)
    }
    if (clientId && code === 'webchat.closed') {
      // Closed meanwhile: the words go to the form, where they are not lost.
      const pending = outbox.done(clientId)
      if (pending) memory.tab.set('draft', pending.text)
      store.set({ open: false, fields: null })
    } else if (clientId) outbox.refuse(clientId, detail)
    else if (retryAfterSeconds) setTimeout(flush, retryAfterSeconds * 1000)
  }

  function here(): { url: string; title: string; referrer: string } {
    return {
      url: location.href.slice(0, 2000),
      title: document.title.slice(0, 500),
      referrer: document.referrer.slice(0, 2000),
    }
  }

  // Pages that change without loading tell nobody: look now and then, without touching their history.
  setInterval(() => {
    if (location.href === page || store.get().connection !== 'online') return
    page = location.href
    connection.say({ type: 'page', page: here() })
  }, 3000)

  return {
    start() {
      if (store.get().connection === 'idle') store.set({ connection: 'connecting' })
      connection.start()
    },
    write(text, files = []) {
      ends = false
      const { chat, fields } = store.get()
      const begins = chat === 'none' && files.length === 0
      const pending = outbox.add({ text, files, fields: begins ? (fields ?? {}) : null })
      if (store.get().connection === 'online') connection.say(frameOf(pending))
      store.set({ over: false })
      clearTimeout(typingEnds)
      typingSent = 0
    },
    begin() {
      if (store.get().chat !== 'none') return Promise.resolve()
      const pending = outbox.add({ text: '', files: [], fields: store.get().fields ?? {} })
      connection.say(frameOf(pending))
      const { clientId } = pending
      return new Promise((resolve, reject) => waitingForBegin.push({ clientId, resolve, reject }))
    },
    ticket() {
      connection.say({ type: 'upload' })
      return new Promise((resolve, reject) => {
        waitingForTicket.push(resolve)
        setTimeout(() => reject(new Error('')), 10_000)
      })
    },
    retry(clientId) {
      outbox.again(clientId)
      flush()
    },
    discard: outbox.remove,
    typing(text) {
      const { chat, config } = store.get()
      if (chat === 'none') return
      clearTimeout(typingEnds)
      const stop = () => {
        typingSent = 0
        connection.say({ type: 'typing', typing: false })
      }
      if (text === '') return typingSent > 0 ? stop() : undefined
      typingEnds = window.setTimeout(stop, TYPING_MS * 2)
      if (Date.now() - typingSent < (config.sharesDraft ? 700 : TYPING_MS)) return
      typingSent = Date.now()
      connection.say({ type: 'typing', typing: true, ...(config.sharesDraft && { text: text.slice(0, 2000) }) })
    },
    seen() {
      const { messages, unread } = store.get()
      const last = messages.findLast(message => message.author !== 'customer')
      if (unread === 0 || !last || !connection.say({ type: 'read', messageId: last.id })) return
      store.set({
        unread: 0,
        messages: messages.map(message => (message.author === 'customer' ? message : { ...message, status: 'read' })),
      })
    },
    older() {
      const [first] = store.get().messages
      if (first) connection.say({ type: 'history', before: first.id })
    },
    rate(score, comment) {
      const { survey } = store.get()
      if (survey) {
        const rating = { interactionId: survey.interactionId, score, comment }
        memory.tab.set('rating', rating)
        connection.say({ type: 'rate', ...rating })
      }
      store.set({ survey: null, rated: true })
    },
    end() {
      ends = !connection.say({ type: 'end' })
    },
    call,
    anew: () => store.set({ over: false, survey: null, rated: false }),
    identify(next) {
      if (JSON.stringify(next) === JSON.stringify(person)) return
      const left = person !== null && person.id !== next?.id
      person = next
      if (left) {
        memory.set('visitor', null)
        memory.set('lastAt', null)
        store.set({
          messages: [],
          notices: [],
          chat: 'none',
          over: false,
          agent: null,
          place: null,
          survey: null,
          unread: 0,
        })
      }
      if (store.get().connection === 'online') connection.say(hello())
    },
    goesOn: () => outbox.all().length > 0 || Date.now() - (memory.get<number>('lastAt') ?? 0) < 24 * 60 * 60 * 1000,
  }
}
