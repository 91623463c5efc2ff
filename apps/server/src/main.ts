import { buildScreens } from '../../../scripts/build-screens.ts'
import { demoTenant, seedDemo } from './demo/seed-demo.ts'
import { readEnv } from './env.ts'
import { foundCompany } from './start/found-company.ts'
import { isLoopback } from './start/loopback.ts'
import { chooseDataFolder, lockDataFolder, prepareDatabase, readSecret } from './start/prepare.ts'
import { say, sayReady, step } from './start/say.ts'
import { nodeToken } from './voice/node-token.ts'
import { spawnNode } from './voice/spawn-node.ts'
import { wire } from './wiring.ts'

const began = Date.now()
const read = readEnv(process.env)
if (!read.ok) {
  for (const sentence of read.sentences) process.stderr.write(`${sentence}\n`)
  process.exit(2)
}

let stopDatabase = async () => {}
try {
  const env = await chooseDataFolder(read.env, Boolean(process.env.DATA_DIR))
  const unlock = await lockDataFolder(env.DATA_DIR)
  const secret = await readSecret(env)
  const database = await prepareDatabase(env, secret, sentence => {
    process.stderr.write(`${sentence}\n`)
    process.exit(1)
  })
  stopDatabase = database.stop
  await step('Building the screens', progress => buildScreens(progress))
  const wired = await step('Starting', () => wire({ env, secret, ...database }))
  const fresh = (await wired.services.db.log.query('SELECT 1 FROM tenant LIMIT 1')).rows.length === 0
  if (fresh && env.DEMO === false && !env.ADMIN_EMAIL) {
    throw new Error('With DEMO=0 the first start needs ADMIN_EMAIL: the e-mail address of the first administrator.')
  }
  if (fresh && env.DEMO !== false)
    await step('Seeding the demonstration', progress => seedDemo(wired.services, progress))
  const invitation =
    fresh && env.DEMO === false && env.ADMIN_EMAIL
      ? await foundCompany(wired.services, env.COMPANY, env.ADMIN_EMAIL)
      : null
  const demo = await demoTenant(wired.services)
  const wanted = env.HOST ?? (demo ? '127.0.0.1' : '0.0.0.0')
  const host = demo && !isLoopback(wanted) ? '127.0.0.1' : wanted
  await wired.app.listen({ host, port: env.PORT })
  const voice = env.VOICE
    ? spawnNode({
        serverUrl: `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${env.PORT}`,
        token: nodeToken(secret, env.NODE_TOKEN),
        dataDir: env.DATA_DIR,
        logLevel: env.LOG_LEVEL,
        listenAddress: demo ? '127.0.0.1' : '0.0.0.0',
        log: wired.services.log,
      })
    : null
  sayReady({
    port: env.PORT,
    host,
    refusedHost: host === wanted ? null : wanted,
    demo,
    invitation,
    services: wired.services,
    took: Date.now() - began,
  })

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    say('Stopping …')
    const late = setTimeout(() => process.exit(1), 30_000)
    // First the calls, then who keeps their story.
    await voice?.stop()
    await wired.close()
    await database.stop()
    await unlock()
    clearTimeout(late)
    say('Stopped.')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
} catch (error) {
  await stopDatabase()
  const code = (error as NodeJS.ErrnoException).code
  const sentence =
    code === 'EADDRINUSE'
      ? `Port ${read.env.PORT} is taken. Stop what uses it, or set PORT to another number.`
      : code === 'EACCES'
        ? `Port ${read.env.PORT} may not be used by this user. Set PORT to a number above 1024.`
        : (error as Error).message
  process.stderr.write(`Centrala could not start. ${sentence}\n`)
  if (read.env.LOG_LEVEL === 'debug') console.error(error)
  process.exit(1)
}
