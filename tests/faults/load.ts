import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient } from '@centrala/api/client.ts'
import {
  acceptOffer,
  endInteraction,
  listMyInteractions,
  rejectOffer,
  transferInteraction,
  wrapUp,
} from '@centrala/api/interaction.ts'
import { LIVE_PATH, type ToClient } from '@centrala/api/live.ts'
import { setMyPresence } from '@centrala/api/presence.ts'
import { type ServerToVisitor, type VisitorSays, webchatLivePath } from '@centrala/api/webchat.ts'
import nodemailer from 'nodemailer'
import { WebSocket } from 'ws'

/** Until then everybody writes; afterwards only what is not yet acknowledged is sent again, and agents finish their work. */
export interface Phase {
  writing: boolean
  over: boolean
}

export interface Acknowledged {
  clientId: string
  messageId: string | null
}

/** A visitor who keeps writing, whatever happens to the connection, and sends again what was not acknowledged. */
export function visit(origin: string, key: string, pauseMs: number, phase: Phase) {
  const acknowledged: Acknowledged[] = []
  const unacknowledged = new Map<string, string>()
  let token: string | null = null
  let socket: WebSocket | undefined
  let ready = false
  let holdUntil = 0
  const problems = new Map<string, number>()

  function connect(): void {
    ready = false
    const opened = new WebSocket(`${origin.replace('http', 'ws')}${webchatLivePath(key)}`, { handshakeTimeout: 5000 })
    socket = opened
    opened.on('open', () =>
      say({
        type: 'hello',
        visitorToken: token,
        page: { url: 'https://shop.example/', title: '', referrer: '' },
        locale: 'en',
      }),
    )
    opened.on('message', data => {
      const frame = JSON.parse(String(data)) as ServerToVisitor
      if (frame.type === 'ready') {
        token = frame.visitorToken
        ready = true
        for (const [clientId, text] of unacknowledged) say({ type: 'message', clientId, text })
      } else if (frame.type === 'ack') {
        unacknowledged.delete(frame.clientId)
        acknowledged.push({ clientId: frame.clientId, messageId: frame.messageId })
      } else if (frame.type === 'problem') {
        problems.set(frame.code, (problems.get(frame.code) ?? 0) + 1)
        holdUntil = Date.now() + (frame.retryAfterSeconds ?? 1) * 1000
      }
    })
    opened.on('error', () => {})
    opened.on('close', () => {
      ready = false
      if (!phase.over) setTimeout(connect, 200 + Math.random() * 500)
    })
  }
  const say = (frame: VisitorSays) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
  }

  async function run(): Promise<void> {
    connect()
    let silentMs = 0
    while (!phase.over) {
      await sleep(pauseMs * (0.5 + Math.random()))
      if (!ready || Date.now() < holdUntil) continue
      if (phase.writing && unacknowledged.size < 5) {
        const clientId = randomUUID()
        const text = `word ${clientId}`
        unacknowledged.set(clientId, text)
        say({ type: 'message', clientId, text })
        silentMs = 0
        continue
      }
      silentMs += pauseMs
      if (unacknowledged.size > 0 && silentMs > 3000) {
        silentMs = 0
        for (const [clientId, text] of unacknowledged) say({ type: 'message', clientId, text })
      }
    }
    socket?.terminate()
  }
  return { acknowledged, unacknowledged, problems, done: run() }
}

/** Sends mail after mail; one that was not taken is sent again, the same bytes, as a mail server would. */
export function post(port: number, to: string, name: string, pauseMs: number, phase: Phase) {
  const taken: string[] = []
  let untaken = 0
  async function run(): Promise<void> {
    while (phase.writing) {
      const id = `${randomUUID()}@faults.example`
      const raw = [
        `From: ${name} <${name}@faults.example>`,
        `To: ${to}`,
        `Message-ID: <${id}>`,
        `Date: ${new Date().toUTCString()}`,
        `Subject: Question ${id}`,
        '',
        `Where is my parcel ${id}?`,
        '',
      ].join('\r\n')
      for (;;) {
        if (phase.over) {
          untaken++
          break
        }
        const transport = nodemailer.createTransport({
          host: '127.0.0.1',
          port,
          secure: false,
          ignoreTLS: true,
          connectionTimeout: 5000,
          greetingTimeout: 10_000,
          socketTimeout: 20_000,
        })
        const ok = await transport.sendMail({ envelope: { from: `${name}@faults.example`, to }, raw }).then(
          () => true,
          () => false,
        )
        transport.close()
        if (ok) {
          taken.push(id)
          break
        }
        await sleep(500)
      }
      await sleep(pauseMs * (0.5 + Math.random()))
    }
  }
  return { taken, untaken: () => untaken, done: run() }
}

/** An agent at a screen: takes offers, rejects some, hands some on, ends the rest, and signs on again when put away. */
export function work(origin: string, cookie: string, phase: Phase) {
  const client: Client = createClient({ origin, headers: { cookie, origin } })
  const counts = { accepted: 0, rejected: 0, transferred: 0, ended: 0, wrapped: 0, refused: 0, failed: 0 }
  const screen = watch(origin, cookie, phase)

  async function attempt(name: keyof typeof counts, act: () => Promise<unknown>): Promise<void> {
    await act().then(
      () => counts[name]++,
      error => {
        if ((error as { status?: number }).status === 409) counts.refused++
        else counts.failed++
      },
    )
  }

  async function run(): Promise<void> {
    while (!phase.over) {
      await sleep(200 + Math.random() * 300)
      if (!screen.live()) continue
      await client.call(setMyPresence, { body: { state: 'available' } }).catch(() => {})
      const mine = await client.call(listMyInteractions).then(
        list => list.items,
        () => [],
      )
      for (const { id, state, queueId } of mine) {
        const dice = Math.random()
        const params = { id }
        if (state === 'offered' && phase.writing && dice < 0.1)
          await attempt('rejected', () => client.call(rejectOffer, { params }))
        else if (state === 'offered') await attempt('accepted', () => client.call(acceptOffer, { params }))
        else if (state === 'wrapUp') await attempt('wrapped', () => client.call(wrapUp, { params, body: {} }))
        else if (phase.writing && dice < 0.05)
          await attempt('transferred', () =>
            client.call(transferInteraction, { params, body: { queueId, note: 'Please go on' } }),
          )
        else if (!phase.writing || dice < 0.3)
          await attempt('ended', () => client.call(endInteraction, { params, body: {} }))
      }
    }
  }
  return { counts, screen, done: run() }
}

/** A live screen that lives by its cursor: what it has seen, by applying events alone. */
export function watch(origin: string, cookie: string, phase: { over: boolean }, cutEveryMs = 0) {
  const interactions = new Map<string, { state: string; agentId: string | null; version: number }>()
  const messages = new Map<string, number>()
  let cursor: string | null = null
  let live = false
  let resyncs = 0
  let connections = 0
  let socket: WebSocket | undefined
  let first: (() => void) | undefined
  const begun = new Promise<void>(resolve => {
    first = resolve
  })

  function connect(): void {
    const opened = new WebSocket(`${origin.replace('http', 'ws')}${LIVE_PATH}`, {
      headers: { cookie, origin },
      handshakeTimeout: 10_000,
    })
    socket = opened
    connections++
    const ping = setInterval(() => opened.readyState === WebSocket.OPEN && opened.send('{"type":"ping"}'), 10_000)
    opened.on('open', () => {
      opened.send(JSON.stringify({ type: 'hello', cursor }))
      if (cutEveryMs > 0) setTimeout(() => opened.terminate(), Math.random() * 2 * cutEveryMs)
    })
    opened.on('message', data => {
      if (opened !== socket || opened.readyState !== WebSocket.OPEN) return
      const frame = JSON.parse(String(data)) as ToClient
      if (frame.type === 'ready' || frame.type === 'resync') {
        if (frame.type === 'resync') resyncs++
        cursor = frame.cursor
        live = true
        first?.()
      }
      if (frame.type !== 'event') return
      const { event } = frame
      cursor = event.cursor
      if (event.interaction) {
        const { id, state, agentId, version } = event.interaction
        if ((interactions.get(id)?.version ?? -1) <= version) interactions.set(id, { state, agentId, version })
      }
      if (event.type === 'message.created' && event.message)
        messages.set(event.message.id, (messages.get(event.message.id) ?? 0) + 1)
    })
    opened.on('error', () => {})
    opened.on('close', () => {
      clearInterval(ping)
      live = false
      if (!phase.over) setTimeout(connect, 50 + Math.random() * 300)
    })
  }
  connect()
  return {
    begun,
    interactions,
    messages,
    live: () => live,
    resyncs: () => resyncs,
    connections: () => connections,
    close: () => socket?.terminate(),
  }
}
