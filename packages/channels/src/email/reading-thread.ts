import { parentPort } from 'node:worker_threads'
import type { EmailAccount } from './account.ts'
import { readMail } from './read-mail.ts'

/** Runs in a thread of its own, which `reading.ts` ends when a mail takes too long or too much memory. */
parentPort?.on('message', async (work: { raw: Uint8Array; account: EmailAccount }) => {
  try {
    parentPort?.postMessage({ inbound: await readMail(work.raw, work.account) })
  } catch (error) {
    parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) })
  }
})
