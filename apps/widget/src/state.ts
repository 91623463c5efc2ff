import type { QueuePlace, WebchatMessage, WebchatSurvey, WidgetConfig } from '@centrala/api/webchat.ts'
import type { CallState } from './call/call.ts'
import type { Pending } from './outbox.ts'
import type { Voice } from './words/speak.ts'

/** Something that happened in the chat, shown as a line between the messages; its words are chosen when it is drawn. */
export interface Notice {
  id: number
  at: string
  /** The message it came after; null: before all. */
  after: string | null
  kind: 'joined' | 'left' | 'ended'
  name: string
}

/** A file on its way to the server. */
export interface Upload {
  id: string
  name: string
  /** 0 to 1. */
  progress: number
  problem: string | null
}

/** Everything the widget draws. */
export interface State {
  config: WidgetConfig
  voice: Voice
  panel: boolean
  invited: boolean
  connection: 'idle' | 'connecting' | 'online' | 'lost'
  /** Somebody is there to answer. */
  open: boolean
  chat: 'none' | 'waiting' | 'active'
  messages: WebchatMessage[]
  earlier: boolean
  notices: Notice[]
  pending: Pending[]
  uploads: Upload[]
  agent: string | null
  place: QueuePlace | null
  typing: string | null
  survey: WebchatSurvey | null
  /** After the visitor's answer, until a new chat begins. */
  rated: boolean
  /** The last chat is over, and no new one was asked for. */
  over: boolean
  /** Answers of the pre-chat form, kept until the first message. */
  fields: Record<string, string> | null
  unread: number
  sound: boolean
  call: CallState
  /** Words for screen readers, the latest. */
  announcement: string
}
