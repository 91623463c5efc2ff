import { join } from 'node:path'
import { roleNames } from '@centrala/store/migrate.ts'
import { runningPostgres } from '@centrala/store/postgres.ts'
import type { Env } from '../env.ts'
import { lockDataFolder, type PreparedDatabase, prepareDatabase } from './prepare.ts'

/** The database for a command beside the server: the embedded one that a running Centrala has, or else started for as long as the command needs it. */
export async function attachDatabase(env: Env, secret: string): Promise<PreparedDatabase> {
  const url = env.DATABASE_URL ? null : await runningPostgres(join(env.DATA_DIR, 'postgres'))
  if (url) return { ownerUrl: url, roles: roleNames('centrala'), stop: async () => {} }
  const unlock = env.DATABASE_URL ? async () => {} : await lockDataFolder(env.DATA_DIR)
  try {
    const prepared = await prepareDatabase(env, secret, sentence => process.stderr.write(`${sentence}\n`))
    return {
      ...prepared,
      async stop() {
        await prepared.stop()
        await unlock()
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}
