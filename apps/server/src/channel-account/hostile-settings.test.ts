import { createServer } from 'node:net'
import {
  changeChannelAccount,
  createChannelAccount,
  getChannelAccount,
  testChannelAccount,
} from '@centrala/api/channel-account.ts'
import { ApiError } from '@centrala/api/client.ts'
import { changeIdentityProvider, createIdentityProvider } from '@centrala/api/identity-provider.ts'
import { send } from '@centrala/channels/email/send.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { until } from '../../../../tests/until.ts'
import { publicNetwork } from '../net/public-network.ts'

let server: TestServer
let tenant: TestTenant
/** Something inside the network that nobody outside may talk to. */
let visits = 0
const inside = createServer(socket => {
  visits++
  socket.destroy()
})
let port = 0
beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
  await server.services.router.adopt(tenant.id) // mailboxes are connected where their tenant is routed
  await new Promise<void>(resolve => inside.listen(0, '127.0.0.1', resolve))
  port = (inside.address() as { port: number }).port
})
afterAll(async () => {
  inside.close()
  await server.close()
})

const mailbox = (host: string, name: string, active = true) =>
  tenant.client.call(createChannelAccount, {
    body: {
      channel: 'email',
      name,
      active,
      config: {
        fromAddress: 'help@example.com',
        imap: { host, port, security: 'none', user: 'help' },
        smtp: { host, port, security: 'none', signIn: 'none' },
      },
      secrets: { imapPassword: 'geheim' },
    },
  })

test('a stored mailbox is not connected to a server inside the network, and says so', async () => {
  const { id } = await mailbox('127.0.0.1', 'Inside')
  const account = await until(async () => {
    const shown = await tenant.client.call(getChannelAccount, { params: { id } })
    return shown.state === 'failing' ? shown : null
  }, 'the mailbox to fail')
  expect(account.stateSentence).toContain('not an address of the public internet')
  expect(account.statePhrase).toMatchObject({ code: 'address.private', params: { host: '127.0.0.1' } })
  expect(visits).toBe(0)
})

test('mail is not sent through a server inside the network', async () => {
  const { config } = await mailbox('localhost', 'Sends', false)
  const result = await send(
    {
      messageId: crypto.randomUUID(),
      conversationId: crypto.randomUUID(),
      interactionId: crypto.randomUUID(),
      to: ['ana@example.com'],
      cc: [],
      bcc: [],
      subject: 'x',
      text: 'x',
      html: null,
      files: [],
      references: [],
      automatic: false,
    },
    {
      id: crypto.randomUUID(),
      tenantId: tenant.id,
      config: config as never,
      secrets: { imapPassword: null, smtpPassword: null, oauthClientSecret: null, oauthRefreshToken: null },
      signingKey: server.services.keys.signing,
      ...publicNetwork(server.services.env),
    },
  )
  expect(result).toMatchObject({ ok: false })
  expect(result.detail).toContain('not an address of the public internet')
  expect(visits).toBe(0)
})

test('a stored password is not sent to another server than the one it was given for', async () => {
  const { id, config } = await mailbox('imap.example.com', 'Password', false)
  const elsewhere = { ...config, imap: { ...(config.imap as object), host: 'imap.thief.example' } }
  const { call } = tenant.client
  const refused = async (act: Promise<unknown>) => {
    const error = await act.then(
      () => null,
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(ApiError)
    expect((error as ApiError).problem.fields?.map(field => field.path)).toEqual(['body.secrets.imapPassword'])
  }
  await refused(call(changeChannelAccount, { params: { id }, body: { config: elsewhere } }))
  await refused(call(testChannelAccount, { body: { id, channel: 'email', config: elsewhere, secrets: {} } }))
  // Nor by a detour.
  await call(changeChannelAccount, { params: { id }, body: { config: { ...config, imap: null } } })
  await refused(call(changeChannelAccount, { params: { id }, body: { config: elsewhere } }))
  const moved = await call(changeChannelAccount, {
    params: { id },
    body: { config: elsewhere, secrets: { imapPassword: 'new' } },
  })
  expect(moved.secretsSet).toEqual(['imapPassword'])
})

test('a stored client secret is not sent to another identity provider', async () => {
  const body = {
    name: 'Company',
    issuer: 'https://login.example.com',
    clientId: 'centrala',
    domains: ['example.com'],
    createUsers: false,
    active: false,
  }
  const { id } = await tenant.client.call(createIdentityProvider, { body: { ...body, clientSecret: 'geheim' } })
  const elsewhere = { ...body, issuer: 'https://login.thief.example' }
  await expect(tenant.client.call(changeIdentityProvider, { params: { id }, body: elsewhere })).rejects.toMatchObject({
    problem: { fields: [{ path: 'body.clientSecret' }] },
  })
  await tenant.client.call(changeIdentityProvider, { params: { id }, body: { ...elsewhere, clientSecret: 'new' } })
})
