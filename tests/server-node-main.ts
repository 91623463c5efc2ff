// A server node without its screens, which take long to build and which these tests do not open: everything else as in apps/server/src/main.ts.
import { readEnv } from '@centrala/server/env.ts'
import { prepareDatabase } from '@centrala/server/start/prepare.ts'
import { wire } from '@centrala/server/wiring.ts'

const read = readEnv(process.env)
if (!read.ok) throw new Error(read.sentences.join(' '))
const { env } = read
const secret = env.SECRET_KEY ?? ''
const database = await prepareDatabase(env, secret, sentence => {
  throw new Error(sentence)
})
const wired = await wire({ env, secret, ...database })
await wired.app.listen({ host: '127.0.0.1', port: env.PORT })
process.on('SIGTERM', async () => {
  await wired.close()
  process.exit(0)
})
