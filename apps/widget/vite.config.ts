import { defineConfig } from 'vite'

/** One classic script, nothing beside it: a page needs a single tag, and a strict content security policy a single host. */
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    lib: { entry: 'src/main.tsx', formats: ['iife'], name: 'CentralaWidget', fileName: () => 'widget.js' },
    sourcemap: false,
    reportCompressedSize: false,
  },
})
