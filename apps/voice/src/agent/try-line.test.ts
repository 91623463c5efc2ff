import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from '../testing/browser.ts'
import { testConfig } from '../testing/test-config.ts'
import { startTestNode, type TestNode } from '../testing/test-node.ts'
import { TestServer } from '../testing/test-server.ts'

const BASE = 24_100
const { config } = testConfig({ trunkPort: BASE + 1 })
let server: TestServer
let node: TestNode

beforeAll(async () => {
  server = await new TestServer(config).start()
  node = await startTestNode(server, BASE)
})
afterAll(async () => {
  await node?.close()
  await server?.stop()
})

test('a browser that tries its way here is answered, but no more than twenty at a time', async () => {
  const replies: Awaited<ReturnType<TestServer['command']>>[] = []
  // A browser makes the offer; that it is given no answer, and offers again, changes nothing here.
  const browser = Browser.open(async sdp => {
    if (replies.length > 0) return undefined
    const tries = Array.from({ length: 21 }, () => server.command({ type: 'tryLine', sdp }))
    replies.push(...(await Promise.all(tries)))
    return undefined
  })
  await browser.catch(() => {})
  const refused = replies.flatMap(reply => (reply.ok ? [] : [reply.code]))
  expect({ tried: replies.length, refused }).toEqual({ tried: 21, refused: ['busy'] })
})
