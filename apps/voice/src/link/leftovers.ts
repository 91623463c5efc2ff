import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Uploads } from '../record/uploads.ts'
import { callFolders, readFacts } from './journal.ts'
import type { Journals } from './journals.ts'

/**
 * Calls that a killed process left on disk are finished truthfully: what had not ended, ended with the node; what was recorded up to then is kept and sent. Called before the link is opened. Resolves when the facts
 * are in the journals; recordings follow by themselves.
 */
export async function finishLeftovers(journals: Journals, uploads: Uploads, log: Logger): Promise<number> {
  const folders = await callFolders(journals.root)
  for (const callId of folders) {
    const folder = journals.folderOf(callId)
    const facts = z.uuid().safeParse(callId).success ? await readFacts(folder) : []
    const started = facts[0]?.fact
    if (started?.type !== 'started') {
      await rm(folder, { recursive: true, force: true })
      continue
    }
    const journal = journals.begin(callId, facts)
    if (!facts.some(({ fact }) => fact.type === 'ended'))
      journal.append({ type: 'ended', by: 'nodeLost', status: null, q850: 41, reason: 'nodeLost' })
    const stored = new Set(facts.flatMap(({ fact }) => (fact.type === 'recordingEnded' ? [fact.recordingId] : [])))
    const open = facts.flatMap(({ fact }) =>
      fact.type === 'recordingStarted' && !stored.has(fact.recordingId) ? [fact] : [],
    )
    void Promise.all(
      open.map(({ recordingId, kind }) =>
        uploads.take({
          callId,
          tenantId: started.tenantId,
          recordingId,
          kind,
          folder: join(journals.root, callId),
          onStored: fact => journals.tell(callId, fact),
        }),
      ),
    ).then(stored => stored.every(Boolean) && journals.finish(callId))
  }
  if (folders.length > 0) log.info({ calls: folders.length }, 'calls of a former process are finished')
  return folders.length
}
