import type { Channel } from '@centrala/core/channel/channel.ts'
import type { StatePhrase } from '@centrala/core/phrase/state-phrase.ts'
import type { z } from 'zod'

/** A file that came with a message. `contentId` is set for inline images that the HTML refers to by `cid:`. */
export interface InboundFile {
  name: string
  mediaType: string
  content: Uint8Array
  contentId: string | null
}

/** Who wrote, as far as the channel itself proves it. `verified` is true only where the channel authenticates the address. */
export interface Sender {
  address: string
  name: string | null
  verified: boolean
}

/** One thing that a channel's raw input says, in the words of the core. */
export type Inbound =
  | {
      kind: 'message'
      /** Unique within the channel account; a second arrival of the same id is the same message. */
      providerId: string
      sentAt: Date | null
      sender: Sender
      /** Where the sender wants answers to go, if elsewhere than to the sender's address. */
      replyTo?: string | undefined
      subject: string | null
      /** Plain text, with quoted history removed; `quoted` is what was folded away. */
      text: string
      quoted: string | null
      /** Sanitised HTML, or null where the channel has none. */
      html: string | null
      files: InboundFile[]
      /** Ids of earlier messages this one answers, nearest first (e-mail: In-Reply-To, References). */
      references: string[]
      /** Conversation named by a token that we signed ourselves and have verified, or null. */
      conversationId: string | null
      /** Written by a machine (auto-reply, list, loop): stored and shown, never answered automatically. */
      automatic: string | null
      recipients: { to: string[]; cc: string[] }
      language: string | null
    }
  | {
      kind: 'delivery'
      providerId: string
      /** The id our message had at the provider (e-mail: Message-ID). */
      messageProviderId: string
      /** `delayed`: not there yet, the provider goes on trying. */
      status: 'delivered' | 'read' | 'failed' | 'delayed'
      detail: string | null
    }

export interface OutboundFile {
  name: string
  mediaType: string
  content: Uint8Array
  contentId: string | null
}

/** A message ready to leave: everything a channel needs, nothing of the store. */
export interface Outbound {
  messageId: string
  conversationId: string
  interactionId: string
  to: string[]
  cc: string[]
  bcc: string[]
  subject: string | null
  text: string
  html: string | null
  files: OutboundFile[]
  /** Provider ids of the thread so far, oldest first. */
  references: string[]
  /** True for machine-made messages (auto-reply, survey): marked so that other machines do not answer. */
  automatic: boolean
}

export type SendResult =
  | { ok: true; providerId: string; detail: string | null }
  | { ok: false; retryable: boolean; code: string; detail: string }

/**
 * What a channel folder exports. `config` describes a channel account's open settings, `secrets` those that are stored
 * encrypted and never read back; both are Zod objects from which the admin screens draw their form. A channel of messages has `receive` and `send`;
 * the phone has neither, since voice nodes carry its calls.
 */
export interface ChannelManifest<Config = unknown, Secrets = unknown> {
  channel: Channel
  config: z.ZodType<Config>
  secrets: z.ZodType<Secrets>
  /** Maps one raw input to what it says. Bounded in time and memory; never throws on bad input: what cannot be parsed becomes a message that says so. */
  receive?(raw: Uint8Array, account: ChannelAccountView<Config, Secrets>): Promise<Inbound[]>
  /** Sends one message. Refusals are values; only bugs throw. */
  send?(message: Outbound, account: ChannelAccountView<Config, Secrets>): Promise<SendResult>
  /** Host names of the servers that an account connects to: the installation may refuse private ones. */
  servers?(config: Config): string[]
  /** To which host each secret is sent: one that is kept goes to no other host than it was given for. */
  secretGoesTo?(config: Config): Partial<Record<string, string>>
  /** Connects with these settings, signs in and says what came of each part. Changes nothing. Refusals are values; only bugs throw. */
  probe?(account: ChannelAccountView<Config, Secrets>): Promise<ProbeResult[]>
}

/** A channel of messages. */
export type MessageChannel<Config, Secrets> = ChannelManifest<Config, Secrets> &
  Required<Pick<ChannelManifest<Config, Secrets>, 'receive' | 'send'>>

/** What trying one part of an account came to: `part` is a word such as "imap". */
export interface ProbeResult {
  part: string
  ok: boolean
  sentence: string
  /** The sentence to be said in any language; null where it is only there in English. */
  phrase: StatePhrase | null
}

/** The way to servers whose names somebody typed in: leads only to addresses that this installation may connect to. */
export interface Network {
  /** An address of the host, checked: connect to it, and not to the name again, which could answer differently. Rejects with a StateError. */
  addressOf(host: string): Promise<string>
  fetch: typeof fetch
}

export interface ChannelAccountView<Config, Secrets> {
  id: string
  tenantId: string
  config: Config
  secrets: Secrets
  /** Key of the installation for tokens that we sign ourselves (e.g. the Reply-To token). */
  signingKey: Uint8Array
  /** Left out: any address may be connected to. */
  network?: Network
}
