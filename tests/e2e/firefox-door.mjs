#!/usr/bin/env node
// Stands before Firefox as its program: what Playwright asks of it that this Firefox does not know (an emulation of media features, of which no test here has need) is answered; all
// the rest goes through. Firefox is named by FIREFOX_PATH.
import { spawn } from 'node:child_process'
import { WebSocket, WebSocketServer } from 'ws'

const UNKNOWN = /"method":"emulation\.setMediaFeaturesOverride"/
const LISTENS = /WebDriver BiDi listening on (ws:\/\/\S+)/

const firefox = spawn(process.env.FIREFOX_PATH ?? 'firefox', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
})
firefox.on('error', error => {
  console.error(String(error))
  process.exit(1)
})
firefox.on('exit', code => process.exit(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => firefox.kill(signal))
let said = ''
firefox.stderr.on('data', chunk => {
  said += chunk
  const lines = said.split('\n')
  said = lines.pop() ?? ''
  for (const line of lines) {
    const url = LISTENS.exec(line)?.[1]
    if (url) open(url)
    else console.error(line)
  }
})

function open(url) {
  const door = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  door.on('listening', () => console.error(`WebDriver BiDi listening on ws://127.0.0.1:${door.address().port}`))
  door.on('connection', (asker, { url: path }) => {
    const browser = new WebSocket(url + path)
    const early = []
    browser.on('open', () => {
      for (const message of early.splice(0)) browser.send(message)
    })
    browser.on('message', message => asker.send(String(message)))
    asker.on('message', message => {
      const text = String(message)
      if (UNKNOWN.test(text)) asker.send(JSON.stringify({ type: 'success', id: JSON.parse(text).id, result: {} }))
      else if (browser.readyState === WebSocket.OPEN) browser.send(text)
      else early.push(text)
    })
    for (const [one, other] of [
      [asker, browser],
      [browser, asker],
    ]) {
      one.on('close', () => other.close())
      one.on('error', () => other.close())
    }
  })
}
