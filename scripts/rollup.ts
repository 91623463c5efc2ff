// Makes every rollup again from the event log: after restoring a backup of the log, or when in doubt. Figures do not change by it.
// With the embedded database, stop Centrala first; with DATABASE_URL it may go on running.
import { readEnv } from '@centrala/server/env.ts'
import { lockDataFolder, prepareDatabase, readSecret } from '@centrala/server/start/prepare.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { openDatabase } from '@centrala/store/database.ts'
import { forgetRollups, rollUp } from '@centrala/store/report-store.ts'

const read = readEnv(process.env)
if (!read.ok) throw new Error(read.sentences.join('\n'))
const { env } = read
const unlock = env.DATABASE_URL ? async () => {} : await lockDataFolder(env.DATA_DIR)
try {
  const secret = await readSecret(env)
  const { ownerUrl, roles, stop } = await prepareDatabase(env, secret, sentence =>
    process.stderr.write(`${sentence}\n`),
  )
  const db = openDatabase({ ownerUrl, roles, rolePassword: rolePasswordOf(secret) })
  try {
    const { rows } = await db.log.query<{ id: string; name: string }>(
      'SELECT tenant_id AS id, name FROM tenant ORDER BY name',
    )
    for (const { id, name } of rows) {
      const began = Date.now()
      await db.tenant(id, forgetRollups)
      let batches = 1
      while (await db.tenant(id, rollUp))
        if (++batches % 20 === 0) process.stdout.write(`${name}: ${batches * 500} events …\n`)
      process.stdout.write(`${name}: rolled up anew in ${((Date.now() - began) / 1000).toFixed(1)} s\n`)
    }
  } finally {
    await db.close()
    await stop()
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
} finally {
  await unlock()
}
