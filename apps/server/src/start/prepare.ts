import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from '@centrala/store/errors.ts'
import { migrate, type Roles, roleNames } from '@centrala/store/migrate.ts'
import { canHoldData, startPostgres } from '@centrala/store/postgres.ts'
import type { Env } from '../env.ts'
import { rolePasswordOf } from '../wiring.ts'
import { say, step } from './say.ts'

export interface PreparedDatabase {
  ownerUrl: string
  roles: Roles
  stop(): Promise<void>
}

/** Starts the embedded PostgreSQL, or takes the one that DATABASE_URL names, and migrates it. */
export async function prepareDatabase(
  env: Env,
  secret: string,
  onExit: (sentence: string) => void,
): Promise<PreparedDatabase> {
  const embedded = env.DATABASE_URL
    ? null
    : await step('Starting the database', progress =>
        startPostgres({ dir: join(env.DATA_DIR, 'postgres'), progress, onExit }),
      )
  const ownerUrl = embedded?.url ?? env.DATABASE_URL ?? ''
  const roles = roleNames(embedded ? 'centrala' : new URL(ownerUrl).pathname.slice(1) || 'centrala')
  try {
    await step('Migrating the database', () => migrate(ownerUrl, roles, rolePasswordOf(secret)))
  } catch (error) {
    await embedded?.stop()
    if (error instanceof StoreError) throw error
    throw new StoreError(
      'postgres.unreachable',
      `The database that DATABASE_URL names cannot be used: ${(error as Error).message}. Check the address, the password and that its role may create roles.`,
      { cause: error },
    )
  }
  return { ownerUrl, roles, stop: async () => embedded?.stop() }
}

const SYSTEM_FOLDER = '/var/lib/centrala'

/** DATA_DIR; where none is set and root's own folders are closed to the user who runs PostgreSQL, the system's place for data. */
export async function chooseDataFolder(env: Env, isSet: boolean): Promise<Env> {
  if (isSet || env.DATABASE_URL || (await canHoldData(env.DATA_DIR))) return env
  say(`Data is kept in ${SYSTEM_FOLDER}, since ${env.DATA_DIR} is closed to the user who runs the database.`)
  return { ...env, DATA_DIR: SYSTEM_FOLDER }
}

/** The installation's secret: SECRET_KEY, or one made at the first start and kept in the data folder. */
export async function readSecret(env: Env): Promise<string> {
  if (env.SECRET_KEY) return env.SECRET_KEY
  const path = join(env.DATA_DIR, 'secret-key')
  const kept = await readFile(path, 'utf8').catch(() => null)
  if (kept) return kept.trim()
  const fresh = randomBytes(32).toString('hex')
  await writeFile(path, `${fresh}\n`, { mode: 0o600, flag: 'wx' })
  return fresh
}

/** One Centrala a data folder. A lock that a killed process left is taken over. */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'lock')
  const before = Number(await readFile(path, 'utf8').catch(() => ''))
  if (before && before !== process.pid && (await isCentrala(before))) {
    throw new StoreError(
      'data.inUse',
      `Process ${before} already runs Centrala on ${folder}. Stop it, or set DATA_DIR to another folder.`,
    )
  }
  const file = await open(path, 'w')
  await file.writeFile(String(process.pid))
  await file.close()
  return () => rm(path, { force: true })
}

async function isCentrala(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    line => line.includes('main.ts'),
    () => false,
  )
}
