import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { firstFiles } from './first-files.ts'
import { leanRoutes } from './lean-routes.ts'

/** Every agent needs these areas' texts; one file a language carries them. */
const DAILY = /^(common|frame|inbox|customer|search|settings|signIn)$/

/** Reached from the entry without opening a page. */
const INITIAL = ['$initial' as const]

/**
 * Few files, so that a cold cache fills in two rounds: what everybody needs (libraries, and the frame with its components),
 * the agent's desk, and one file of texts a language. The phone follows once the first screen is there; every other page, what only forms
 * are made of, charts and the cleaner of mail HTML come when opened.
 */
const GROUPS = [
  {
    debugName: 'texts',
    name: (id: string) => {
      const [, language = '', area = ''] = /i18n[\\/]([\w-]+)[\\/](\w+)\.json$/.exec(id) ?? []
      return DAILY.test(area) ? `texts-${language}` : `texts-${language}-${area}`
    },
    priority: 30,
    test: /i18n[\\/][\w-]+[\\/]\w+\.json$/,
  },
  { name: 'texts-en-phrase', priority: 30, test: /packages[\\/]core[\\/]src[\\/]phrase[\\/]english[\\/]/ },
  { name: 'libraries', priority: 25, tags: INITIAL, test: /node_modules/ },
  { name: 'kit', priority: 20, tags: INITIAL, test: /(packages|desktop[\\/]src)[\\/](?!main|router)/ },
  { name: 'contract', priority: 16, test: /packages[\\/](api|core)[\\/]/ },
  {
    name: 'parts',
    priority: 15,
    test: /(desktop[\\/]src[\\/]components[\\/](?!chart-canvas|qr-)|node_modules[\\/](?!echarts|zrender|dompurify))/,
  },
  {
    name: 'desk',
    priority: 10,
    test: /desktop[\\/]src[\\/]pages[\\/](inbox|conversation[\\/](?!mail-html|call-)|customer)/,
  },
  { name: 'phone', priority: 9, test: /desktop[\\/]src[\\/](phone|pages[\\/]conversation[\\/]call-)/ },
]

/** `CENTRALA_API` is the address of a running server for development, so that `/api` is same origin here too. */
const api = process.env.CENTRALA_API ?? 'http://127.0.0.1:3000'

/** Leaves a .br and a .gz beside each text file, so that the server only picks one. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle: async ({ dir = 'dist' }) => {
      const folder = join(dir, 'assets')
      for (const name of await readdir(folder)) {
        if (!/\.(js|css|svg)$/.test(name)) continue
        const content = await readFile(join(folder, name))
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 }
        await writeFile(join(folder, `${name}.br`), brotliCompressSync(content, { params: quality }))
        await writeFile(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), tailwindcss(), leanRoutes(), firstFiles(), compressed()],
  server: { proxy: { '/api': { target: api, ws: true }, '/hooks': { target: api } } },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
})
