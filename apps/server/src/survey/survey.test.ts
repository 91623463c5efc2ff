import { changeInteraction, openInteraction } from '@centrala/store/interaction-store.ts'
import { addMessage } from '@centrala/store/message-store.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer, type TestTenant } from '../../../../tests/server.ts'
import { sendSurvey } from './send-survey.ts'
import { surveyToken } from './survey-token.ts'

let server: TestServer
let tenant: TestTenant
let queueId: string
let accountId: string
let agentId: string

beforeAll(async () => {
  server = await startTestServer()
  tenant = await server.tenant()
  await server.services.db.tenant(tenant.id, async tx => {
    const question = JSON.stringify({ hr: 'Jesmo li vam pomogli?' })
    const survey = await tx.db
      .insertInto('survey')
      .values({ name: 'CSAT', question })
      .returning('id')
      .executeTakeFirstOrThrow()
    queueId = (
      await tx.db
        .insertInto('queue')
        .values({ name: 'Podrška', surveyId: survey.id })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id
    agentId = (
      await tx.db
        .insertInto('users')
        .values({ name: 'Ana', email: 'a@example.com' })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id
    accountId = (
      await tx.db
        .insertInto('channelAccount')
        .values({ channel: 'email', name: 'Pošta', active: false })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id
  })
})
afterAll(() => server.close())

/** An e-mail contact that has ended, in Croatian. */
async function endedMail(address: string, automatic: string | null = null): Promise<string> {
  return server.services.db.tenant(tenant.id, async tx => {
    const customer = await tx.db
      .insertInto('customer')
      .values({ name: '<b>Iva</b>', language: 'hr' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const conversation = await tx.db
      .insertInto('conversation')
      .values({ customerId: customer.id, subject: 'Račun' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { id } = await openInteraction(tx, {
      conversationId: conversation.id,
      customerId: customer.id,
      channel: 'email',
      channelAccountId: accountId,
      direction: 'inbound',
    })
    await addMessage(tx, {
      conversationId: conversation.id,
      interactionId: id,
      channel: 'email',
      author: 'customer',
      text: 'Molim',
      automatic,
      sender: { address, name: null, verified: false },
      channelAccountId: accountId,
    })
    await changeInteraction(tx, id, { type: 'queue', queueId })
    await changeInteraction(tx, id, { type: 'assign', agentId })
    await changeInteraction(tx, id, { type: 'end', outcome: 'handled', wrapUpMs: null })
    return id
  })
}

const ask = (id: string) => server.services.db.tenant(tenant.id, tx => sendSurvey(tx, server.services, id))
const mailsOf = (id: string) =>
  server.services.db.tenant(tenant.id, tx =>
    tx.db.selectFrom('message').selectAll().where('interactionId', '=', id).where('automatic', '=', 'survey').execute(),
  )
const address = (id: string) => `${server.origin}/survey/${surveyToken(server.services.keys.signing, tenant.id, id)}`
const answer = (id: string, fields: Record<string, string>) =>
  fetch(address(id), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
const stored = async (id: string) =>
  (await server.owner.query('SELECT score, comment FROM survey_response WHERE interaction_id = $1', [id])).rows[0]

test('after an e-mail one mail with five links is sent, in the customer’s language, and nothing more when asked again', async () => {
  const id = await endedMail('iva@example.com')
  await ask(id)
  await ask(id)
  const [mail, ...more] = await mailsOf(id)
  expect(more).toEqual([])
  expect(mail).toMatchObject({
    subject: 'Kako smo vam pomogli?',
    recipients: { to: ['iva@example.com'] },
    author: 'system',
  })
  for (const score of [1, 2, 3, 4, 5])
    expect(mail?.text).toContain(
      `/survey/`.concat(surveyToken(server.services.keys.signing, tenant.id, id), `?score=${score}`),
    )
  expect(mail?.text).toContain('Jesmo li vam pomogli?')
})

test('machines are not asked', async () => {
  const id = await endedMail('robot@example.com', 'autoReply')
  await ask(id)
  expect(await mailsOf(id)).toEqual([])
})

test('opening a link answers nothing; sending the form does, once, and it can be changed', async () => {
  const id = await endedMail('petar@example.com')
  const page = await fetch(`${address(id)}?score=4`)
  const html = await page.text()
  expect(page.status).toBe(200)
  expect(html).toContain('<html lang="hr">')
  expect(html).toMatch(/value="4" checked/)
  expect(html).not.toContain('<script')
  expect(await stored(id)).toBeUndefined()

  expect((await answer(id, { score: '4', comment: '<script>alert(1)</script>' })).status).toBe(303)
  expect(await stored(id)).toEqual({ score: 4, comment: '<script>alert(1)</script>' })
  expect(await (await fetch(address(id))).text()).toContain('Hvala vam!')
  const editing = await (await fetch(`${address(id)}?change=1`)).text()
  expect(editing).toContain('&lt;script&gt;')
  expect(editing).not.toContain('<script>')
  await answer(id, { score: '2' })
  expect(await stored(id)).toEqual({ score: 2, comment: null })
})

test('the answer stands after a day', async () => {
  const id = await endedMail('marko@example.com')
  await answer(id, { score: '5' })
  await server.owner.query(
    "UPDATE survey_response SET answered_at = now() - interval '25 hours' WHERE interaction_id = $1",
    [id],
  )
  expect((await answer(id, { score: '1' })).status).toBe(409)
  expect(await stored(id)).toMatchObject({ score: 5 })
  expect(await (await fetch(`${address(id)}?change=1`)).text()).toContain('Ova je anketa zatvorena')
})

test('a forged or mangled link finds nothing, in the browser’s language', async () => {
  const id = await endedMail('x@example.com')
  const token = surveyToken(Buffer.alloc(32), tenant.id, id)
  for (const bad of [token, 'abc', '%00', `${surveyToken(server.services.keys.signing, tenant.id, id)}A`]) {
    const page = await fetch(`${server.origin}/survey/${bad}`, { headers: { 'accept-language': 'ro-RO,ro;q=0.9' } })
    expect(page.status).toBe(404)
    expect(await page.text()).toContain('lang="ro"')
  }
  expect(
    (await fetch(`${server.origin}/survey/${token}`, { method: 'POST', body: new URLSearchParams({ score: '1' }) }))
      .status,
  ).toBe(404)
  expect(await stored(id)).toBeUndefined()
})

test('an answer that is none is asked for again', async () => {
  const id = await endedMail('y@example.com')
  for (const score of ['0', '6', '', 'best']) {
    const page = await answer(id, { score })
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('Odaberite jedan od pet odgovora.')
  }
  expect(await stored(id)).toBeUndefined()
})
