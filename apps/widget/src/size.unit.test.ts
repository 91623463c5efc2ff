import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, test } from 'vitest'

test('the widget is one file of less than 40 kB gzipped, and asks nothing of a strict page', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'centrala-widget-'))
  try {
    const root = fileURLToPath(new URL('..', import.meta.url))
    await build({ root, build: { outDir }, logLevel: 'error' })
    expect(await readdir(outDir)).toEqual(['widget.js'])
    const script = await readFile(join(outDir, 'widget.js'))
    expect(gzipSync(script, { level: 9 }).length).toBeLessThan(40_000)
    expect(String(script)).not.toMatch(/\beval\(|new Function\(|\.innerHTML\s*=\s*["'`]/)
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }
}, 30_000)
