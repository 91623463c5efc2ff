import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Env, readEnv } from '../env.ts'
import { type WiredNode, wire } from '../wiring.ts'
import { type TestServer, TOKEN } from './test-server.ts'

export interface TestNode extends WiredNode {
  port: number
  dataDir: string
}

/** Settings of a node for tests, on ports from `base` on: SIP at base, media above it. */
export function testSettings(
  server: TestServer,
  base: number,
  dataDir: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    SERVER_URL: server.url,
    NODE_TOKEN: TOKEN,
    NODE_ID: `test-${base}`,
    LISTEN_ADDRESS: '127.0.0.1',
    SIP_UDP_PORT: String(base),
    SIP_TCP_PORT: '0',
    MEDIA_PORT_FROM: String(base + 20),
    MEDIA_PORT_TO: String(base + 59),
    DATA_DIR: dataDir,
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
    ...more,
  }
}

/** A voice node in this process, and its own folder. `close` takes both away. */
export async function startTestNode(
  server: TestServer,
  base: number,
  more: Record<string, string> = {},
): Promise<TestNode> {
  const dataDir = await mkdtemp(join(tmpdir(), 'centrala-voice-'))
  const read = readEnv(testSettings(server, base, dataDir, more))
  if (!read.ok) throw new Error(read.sentences.join(' '))
  const env: Env = read.env
  const wired = await wire(env)
  await server.ready()
  return {
    ...wired,
    port: base,
    dataDir,
    close: async () => {
      await wired.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
