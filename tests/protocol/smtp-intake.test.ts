import { connect, type Socket } from 'node:net'
import {
  type Intake,
  type IntakeEnvelope,
  type IntakeOptions,
  listenForMail,
} from '@centrala/channels/email/smtp-intake.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../until.ts'

/** A client that says exactly what a test wants said, as hostile or slow as need be. */
class Client {
  heard = ''
  isClosed = false
  readonly socket: Socket

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('data', chunk => {
      this.heard += chunk.toString()
    })
    this.socket.on('close', () => {
      this.isClosed = true
    })
    this.socket.on('error', () => undefined)
    clients.push(this)
  }

  async hears(reply: RegExp): Promise<string> {
    const found = await until(
      () => reply.exec(this.heard)?.[0],
      `the reply ${reply}, after ${JSON.stringify(this.heard)}`,
    )
    this.heard = ''
    return found
  }

  async says(line: string, reply: RegExp): Promise<string> {
    this.socket.write(`${line}\r\n`)
    return this.hears(reply)
  }

  /** Up to DATA, ready for the content. */
  async begins(...recipients: string[]): Promise<void> {
    await this.hears(/^220 /m)
    await this.says('EHLO client.example', /^250 /m)
    await this.says('MAIL FROM:<ana@example.hr>', /^250 /m)
    for (const recipient of recipients) await this.says(`RCPT TO:<${recipient}>`, /^250 /m)
    await this.says('DATA', /^354 /m)
  }
}
const clients: Client[] = []
const intakes: Intake[] = []
const stored: { raw: string; envelope: IntakeEnvelope }[] = []

async function listen(changes: Partial<IntakeOptions> = {}): Promise<Client & { another(): Client }> {
  const intake = await listenForMail({
    host: '127.0.0.1',
    port: 0,
    name: 'mx.example.com',
    isKnownAddress: async address => address.endsWith('@example.com'),
    store: async (raw, envelope) => {
      stored.push({ raw: Buffer.from(raw).toString(), envelope })
    },
    ...changes,
  })
  intakes.push(intake)
  return Object.assign(new Client(intake.port), { another: () => new Client(intake.port) })
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy()
  await Promise.all(intakes.splice(0).map(intake => intake.stop()))
  stored.length = 0
})

describe('the mail intake', () => {
  it('says 250 only after the mail is stored', async () => {
    let commit = () => {}
    const committed = new Promise<void>(resolve => {
      commit = resolve
    })
    const client = await listen({ store: () => committed })
    await client.begins('support@example.com')
    client.socket.write('Subject: x\r\n\r\nhi\r\n.\r\n')
    const second = client.another()
    await second.hears(/^220 /m)
    await second.says('NOOP', /^250 /m)
    expect(client.heard).toBe('')
    commit()
    await client.hears(/^250 .*Stored/m)
  })

  it('writes on top where the mail came from, for each recipient alone', async () => {
    const client = await listen()
    await client.begins('support@example.com', 'sales@example.com')
    await client.says(
      'Message-ID: <1@x>\r\nSubject: x\r\nAuthentication-Results: mx.example.com; dmarc=pass\r\n\r\nhi\r\n..dot\r\n.',
      /^250 /m,
    )
    expect(stored.map(mail => mail.envelope.to)).toEqual(['support@example.com', 'sales@example.com'])
    expect(stored[0]!.raw).toMatch(
      /^Return-Path: <ana@example\.hr>\r\nX-Original-To: support@example\.com\r\nAuthentication-Results: mx\.example\.com; none\r\nReceived: from client\.example \(\[127\.0\.0\.1\]\) by mx\.example\.com with ESMTP;\r\n [A-Z][a-z]{2}, .* \+0000\r\nMessage-ID: <1@x>\r\nSubject: x\r\n/,
    )
    expect(stored[0]!.raw).not.toContain('sales@')
    expect(stored[0]!.raw).toContain('\r\n.dot\r\n')
  })

  it('gives a mail without an id the same one each time it comes', async () => {
    const client = await listen()
    for (let time = 0; time < 2; time += 1) {
      const next = client.another()
      await next.begins('support@example.com')
      await next.says('Subject: no id\r\n\r\nhi\r\n.', /^250 /m)
    }
    const ids = stored.map(one => /^Message-ID: <(.*)>\r$/m.exec(one.raw)?.[1])
    expect(ids[0]).toMatch(/@missing-id\.invalid$/)
    expect(ids[1]).toBe(ids[0])
  })

  it('takes the verdict of a relay of ours as it is', async () => {
    const client = await listen({ trustedRelays: ['127.0.0.1'] })
    await client.begins('support@example.com')
    await client.says('Authentication-Results: mx.example.com; dmarc=pass header.from=a.hr\r\n\r\nhi\r\n.', /^250 /m)
    expect(stored[0]!.raw.match(/^Authentication-Results/gm)).toHaveLength(1)
  })

  it('refuses addresses that are not ours, and relays for nobody', async () => {
    const client = await listen()
    await client.hears(/^220 /m)
    await client.says('EHLO x', /^250 /m)
    await client.says('MAIL FROM:<>', /^250 /m)
    await client.says('RCPT TO:<someone@elsewhere.example>', /^550 5\.1\.1 /m)
    await client.says('DATA', /^503 /m)
    await client.says('AUTH PLAIN AAAA', /^500 /m)
  })

  it('says “later” when addresses cannot be checked or mail cannot be stored', async () => {
    const away = () => Promise.reject(new Error('away'))
    const first = await listen({ isKnownAddress: away })
    await first.hears(/^220 /m)
    await first.says('EHLO x', /^250 /m)
    await first.says('MAIL FROM:<a@b.hr>', /^250 /m)
    await first.says('RCPT TO:<support@example.com>', /^451 4\.3\.0 /m)
    const second = await listen({ store: away })
    await second.begins('support@example.com')
    await second.says('hi\r\n.', /^451 4\.3\.0 /m)
  })

  it('refuses what is too large, announced or not, and goes on', async () => {
    const client = await listen({ maxBytes: 2000 })
    await client.hears(/^220 /m)
    await client.says('EHLO x', /^250[- ]SIZE 2000/m)
    await client.says('MAIL FROM:<a@b.hr> SIZE=3000', /^552 /m)
    const second = client.another()
    await second.begins('support@example.com')
    await second.says([...Array(5).fill('x'.repeat(990)), '.'].join('\r\n'), /^552 5\.3\.4 /m)
    expect(stored).toEqual([])
    await second.says('NOOP', /^250 /m)
  })

  it('says “later” when too much mail comes at one time, and recovers', async () => {
    const line = `${'x'.repeat(990)}\r\n`
    const client = await listen({ maxBytes: 10_000, maxBytesInFlight: 3000 })
    await client.begins('support@example.com')
    client.socket.write(line.repeat(2))
    const second = client.another()
    await second.begins('support@example.com')
    await second.says(`${line.repeat(5)}.`, /^452 4\.3\.1 /m)
    await client.says('.', /^250 /m)
    await second.says('MAIL FROM:<a@b.hr>', /^250 /m)
    await second.says('RCPT TO:<support@example.com>', /^250 /m)
    await second.says('DATA', /^354 /m)
    await second.says(`${line}.`, /^250 /m)
  })

  it('keeps nothing of a mail that broke off', async () => {
    const client = await listen()
    await client.begins('support@example.com')
    client.socket.write('Subject: half\r\n\r\nhalf')
    client.socket.destroy()
    const second = client.another()
    await second.begins('support@example.com')
    await second.says('Subject: whole\r\n\r\nwhole\r\n.', /^250 /m)
    expect(stored.map(mail => /Subject: (.*)\r/.exec(mail.raw)?.[1])).toEqual(['whole'])
  })

  it('ends clients that say nothing, or take for ever over a mail', async () => {
    const silent = await listen({ idleTimeoutMs: 100 })
    await until(() => silent.isClosed, 'the silent client to be ended')
    const slow = await listen({ dataTimeoutMs: 300 })
    await slow.begins('support@example.com')
    const drip = setInterval(() => slow.socket.write('x'), 20)
    await until(() => slow.isClosed, 'the slow client to be ended')
    clearInterval(drip)
    expect(stored).toEqual([])
  })

  it('serves only so many at a time', async () => {
    const first = await listen({ maxConnections: 2 })
    await first.hears(/^220 /m)
    const second = first.another()
    await second.hears(/^220 /m)
    const third = first.another()
    await third.hears(/^421 /m)
    await first.says('QUIT', /^221 /m)
    await until(async () => {
      const next = first.another()
      return (await until(() => /^(220|421) /m.exec(next.heard)?.[1], 'an answer')) === '220'
    }, 'a place to be free')
  })

  it('breaks a loop of mail going round', async () => {
    const client = await listen()
    await client.begins('support@example.com')
    await client.says(
      `${'Received: from a by b; Mon, 5 Jan 2026 10:00:00 +0000\r\n'.repeat(60)}\r\nhi\r\n.`,
      /^554 5\.4\.6 /m,
    )
  })

  it('fails to listen with an error where the port is taken', async () => {
    await listen()
    await expect(
      listenForMail({
        host: '127.0.0.1',
        port: intakes[0]!.port,
        name: 'x',
        isKnownAddress: async () => true,
        store: async () => undefined,
      }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
