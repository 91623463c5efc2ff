import { readFileSync } from 'node:fs'

const read = (name: string): string =>
  readFileSync(new URL(`../../../packages/sip/test/fixtures/${name}`, import.meta.url), 'utf8')

/** Of sip.test and 127.0.0.1, signed by itself, for tests alone. */
export const key = read('key.pem')
export const cert = read('cert.pem')
