import type { AddressInfo } from 'node:net'
import { createChannelAccount } from '@centrala/api/channel-account.ts'
import { sendMessage } from '@centrala/api/conversation.ts'
import { acceptOffer, type Interaction, listMyInteractions } from '@centrala/api/interaction.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { createRoutingProfile } from '@centrala/api/routing-profile.ts'
import { SMTPServer } from 'smtp-server'
import type { TestServer, TestTenant, TestUser } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { storeMail } from './store-mail.ts'

/** A mail server that keeps what it is given, for tests; `refusal` is answered to DATA in its place. */
export interface MailSink {
  port: number
  mails: { from: string; to: string[]; raw: string }[]
  refusal: { code: number; text: string } | null
  close(): Promise<void>
}

export async function startMailSink(): Promise<MailSink> {
  const sink: MailSink = {
    port: 0,
    mails: [],
    refusal: null,
    close: () => new Promise(done => server.close(() => done())),
  }
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      let raw = ''
      stream.on('data', chunk => {
        raw += chunk
      })
      stream.on('end', () => {
        if (sink.refusal) {
          done(Object.assign(new Error(sink.refusal.text), { responseCode: sink.refusal.code }))
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        sink.mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(one => one.address), raw })
        done()
      })
    },
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  sink.port = (server.server.address() as AddressInfo).port
  return sink
}

export const MAILBOX = 'support@example.com'

export interface MailDesk {
  tenant: TestTenant
  accountId: string
  queueId: string
  ana: TestUser
  /** Stores a mail as IMAP or the intake would, and waits until it has been read. */
  arrive(raw: string | Uint8Array): Promise<void>
  /** Ana is available, gets the offer and accepts it. */
  answer(): Promise<Interaction>
  reply(to: Interaction, text: string): Promise<{ id: string }>
}

/** A tenant with a mailbox that sends to `sink`, a queue with a signature, and an agent who serves it. */
export async function mailDesk(
  server: TestServer,
  sink: MailSink,
  queue: Record<string, unknown> = {},
): Promise<MailDesk> {
  const { services } = server
  const tenant = await server.tenant()
  await services.router.adopt(tenant.id)
  const { id: queueId } = await tenant.client.call(createQueue, {
    body: { name: 'Support', signature: '{{agent.name}}, Shop', ...queue },
  })
  const { id: routingProfileId } = await tenant.client.call(createRoutingProfile, {
    body: { name: 'Everything', weights: { email: 30 }, queues: [{ queueId, priority: 0, delaySeconds: 0 }] },
  })
  const smtp = { host: '127.0.0.1', port: sink.port, security: 'none', signIn: 'none' }
  const { id: accountId } = await tenant.client.call(createChannelAccount, {
    body: { channel: 'email', name: 'Support', queueId, config: { fromAddress: MAILBOX, fromName: 'Shop', smtp } },
  })
  const ana = await tenant.user({ name: 'Ana', routingProfileId })
  await services.db.tenant(tenant.id, async tx => tx.emit({ type: 'configuration.changed', data: { noun: 'user' } }))
  return {
    tenant,
    accountId,
    queueId,
    ana,
    async arrive(raw) {
      await storeMail(services, tenant.id, accountId, Buffer.from(raw), {})
      await until(
        async () => {
          const { rows } = await server.owner.query(
            'SELECT 1 FROM inbound_event WHERE tenant_id = $1 AND processed_at IS NULL',
            [tenant.id],
          )
          return rows.length === 0
        },
        'the mail to be read',
        30_000,
      )
    },
    async answer() {
      await ana.client.call(setMyPresence, { body: { state: 'available' } })
      const offer = await until(
        async () => (await ana.client.call(listMyInteractions)).items.find(item => item.state === 'offered'),
        'an offer to Ana',
      )
      return ana.client.call(acceptOffer, { params: { id: offer.id } })
    },
    reply: (to, text) =>
      ana.client.call(sendMessage, {
        params: { id: to.conversationId },
        body: { clientId: crypto.randomUUID(), interactionId: to.id, text },
      }),
  }
}
