// Replays a past period: `npm run replay -- --from yesterday --to today [--rules rules.json]`. docs/guides/what-if.md describes it.
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { WHAT_IF_MAX_RUNS } from '@centrala/api/what-if.ts'
import { readMoment } from '@centrala/core/replay/read-moment.ts'
import { readEnv } from '@centrala/server/env.ts'
import { attachDatabase } from '@centrala/server/start/attach.ts'
import { chooseDataFolder, readSecret } from '@centrala/server/start/prepare.ts'
import { printResult } from '@centrala/server/what-if/print-result.ts'
import { readChanges } from '@centrala/server/what-if/read-changes.ts'
import { readRulesFile } from '@centrala/server/what-if/read-rules-file.ts'
import { replay } from '@centrala/server/what-if/replay.ts'
import { resultOf } from '@centrala/server/what-if/result-of.ts'
import { rolePasswordOf } from '@centrala/server/wiring.ts'
import { type Database, openDatabase } from '@centrala/store/database.ts'

const USAGE = `Replays a past period from the journal of routing.

  npm run replay -- --from <time> --to <time>                      decides again, and says whether all decisions are the same
  npm run replay -- --from <time> --to <time> --rules rules.json   simulates the period under other rules, beside what happened

  --from, --to   2026-03-02, "2026-03-02 08:00" (the company's clock), 2026-03-02T08:00:00Z, today, yesterday, now
  --rules        what would have been different: docs/guides/what-if.md
  --tenant       which company, by its short name; needed where there are several
  --runs         runs to simulate, 2 to ${WHAT_IF_MAX_RUNS} (20)
  --json         the result as JSON, defined as in the API`

const HOUR_MS = 3_600_000

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      rules: { type: 'string' },
      tenant: { type: 'string' },
      runs: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return void process.stdout.write(`${USAGE}\n`)
  const { from, to, rules, tenant, json } = values
  if (!from || !to) throw new Error(`Say from when to when.\n\n${USAGE}`)
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 2 || runs > WHAT_IF_MAX_RUNS)
    throw new Error(`Write 2 to ${WHAT_IF_MAX_RUNS} as --runs.`)
  const text = rules === undefined ? null : await readRules(rules)
  const read = readEnv(process.env)
  if (!read.ok) throw new Error(read.sentences.join('\n'))
  const env = await chooseDataFolder(read.env, Boolean(process.env.DATA_DIR))
  const secret = await readSecret(env)
  const { ownerUrl, roles, stop } = await attachDatabase(env, secret)
  const db = openDatabase({ ownerUrl, roles, rolePassword: rolePasswordOf(secret), poolSize: 2 })
  try {
    await replayPeriod(db, { from, to, text, tenant, runs, json })
  } finally {
    await db.close()
    await stop()
  }
}

interface Asked {
  from: string
  to: string
  /** Of the rules file. */
  text: string | null
  tenant: string | undefined
  runs: number
  json: boolean
}

async function replayPeriod(db: Database, { text, runs, json, ...asked }: Asked): Promise<void> {
  const tenant = await tenantOf(db, asked.tenant)
  const now = new Date()
  const [from, to] = [readMoment(asked.from, tenant.timeZone, now), readMoment(asked.to, tenant.timeZone, now)]
  if (to <= from) throw new Error('--to must be later than --from.')
  const rules = text === null ? null : await db.tenant(tenant.id, tx => readRulesFile(tx, text))
  const changes = rules && (await readChanges(db, tenant.id, rules, from, to))
  const progress = progressLine()
  // Nobody waits for an answer over the network here.
  const replayed = await replay(db, tenant.id, { from, to, changes, runs, mostMs: HOUR_MS, progress: progress.show })
  progress.end()
  const names = await db.tenant(tenant.id, tx => tx.query<{ id: string; name: string }>('SELECT id, name FROM queue'))
  const result = changes && resultOf(replayed, runs, new Map(names.map(({ id, name }) => [id, name])))
  const { exact } = replayed
  if (json) process.stdout.write(`${JSON.stringify(result ?? { exact })}\n`)
  else {
    const same = exact.same
      ? `All ${exact.decisions} decisions of ${exact.turns} turns are the same.`
      : `The decisions differ. ${exact.difference}`
    process.stdout.write(`${same}\n${result ? `\n${printResult(result)}\n` : ''}`)
  }
  if (!exact.same) process.exitCode = 1
}

async function readRules(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`The rules file ${path} cannot be read: ${(error as Error).message}.`)
  }
}

async function tenantOf(db: Database, slug: string | undefined): Promise<{ id: string; timeZone: string }> {
  const { rows } = await db.log.query<{ id: string; slug: string; timeZone: string }>(
    'SELECT tenant_id AS id, slug, time_zone AS "timeZone" FROM tenant ORDER BY slug',
  )
  const [only, other] = slug === undefined ? rows : rows.filter(row => row.slug === slug)
  if (only && !other) return only
  const known = rows.map(row => row.slug).join(', ') || 'none'
  throw new Error(
    slug === undefined
      ? `Say which company is meant with --tenant: ${known}.`
      : `There is no company “${slug}”. There are: ${known}.`,
  )
}

/** Shows how far it is once it has taken longer than a second. */
function progressLine(): { show(done: number): void; end(): void } {
  const beganAt = Date.now()
  let shown = false
  return {
    show(done) {
      if (Date.now() - beganAt < 1000) return
      shown = true
      process.stderr.write(
        `${process.stderr.isTTY ? '\r' : ''}${Math.round(done * 100)} % simulated${process.stderr.isTTY ? '' : '\n'}`,
      )
    },
    end() {
      if (shown && process.stderr.isTTY) process.stderr.write('\r                    \r')
    },
  }
}
