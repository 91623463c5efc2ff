import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { until } from '../until.ts'

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a bench that is interrupted by %s leaves no process behind, last come first gone',
  async signal => {
    const script = `
    import { spawn } from 'node:child_process'
    const { endWith, onInterrupt } = await import(${JSON.stringify(new URL('../../bench/interrupted.ts', import.meta.url).href)})
    onInterrupt(() => console.log('database'))
    const child = spawn('sleep', ['1000'])
    endWith(child)
    child.on('exit', () => console.log('child'))
    console.log(child.pid)
    setInterval(() => {}, 1000)`
    const bench = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let said = ''
    bench.stdout.on('data', chunk => {
      said += chunk
    })
    await until(() => said.includes('\n'), 'the child to run')
    const pid = Number(said.trim())
    expect(lives(pid)).toBe(true)
    bench.kill(signal)
    await until(() => bench.exitCode !== null, 'the bench to end')
    expect(bench.exitCode).toBe(130)
    expect(lives(pid)).toBe(false)
    expect(said.trim().split('\n').slice(1)).toEqual(['child', 'database'])
  },
)
