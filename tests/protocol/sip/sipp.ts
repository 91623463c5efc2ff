import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** SIPp, an independent SIP program, plays the other side; scenarios are named by their outcome. */
export const sippIsHere = spawnSync('sipp', ['-v']).error === undefined

const running = new Set<ChildProcess>()

/**
 * Plays a scenario once (or `calls` times) towards our endpoint at `ourPort`; resolves when it went as written.
 * Rejects with SIPp's own account when a message was missing, unexpected or wrong.
 */
export async function sipp(
  scenario: string,
  options: { port: number; ourPort: number; calls?: number; tcp?: boolean; withinMs?: number },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'))
  const { port, ourPort, calls = 1, withinMs = 20_000 } = options
  const child = spawn(
    'sipp',
    [
      `127.0.0.1:${ourPort}`,
      ...['-sf', new URL(`scenarios/${scenario}.xml`, import.meta.url).pathname],
      ...['-i', '127.0.0.1', '-p', String(port), '-m', String(calls), '-r', '50', '-l', '20'],
      ...['-timeout', `${withinMs / 1000}s`, '-timeout_error', '-nostdin', '-trace_err'],
      ...(options.tcp === true ? ['-t', 't1'] : []),
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TERM: 'dumb' } },
  )
  running.add(child)
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (code === 0) return
    for (const name of await readdir(folder)) said += await readFile(join(folder, name), 'utf8')
    throw new Error(`SIPp ended “${scenario}” with ${code}:\n${said.slice(0, 6000)}`)
  } finally {
    running.delete(child)
    await rm(folder, { recursive: true, force: true })
  }
}

/** None outlives the tests. */
export function stopSipp(): void {
  for (const child of running) child.kill('SIGKILL')
}
