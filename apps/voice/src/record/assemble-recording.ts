import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { CallFact } from '@centrala/api/call-fact.ts'
import { openRecording } from '@centrala/media/record/assemble.ts'
import { wavHeader } from '@centrala/media/wav/write.ts'

const MOST_PEAKS = 600

type Ended = Extract<CallFact, { type: 'recordingEnded' }>
export interface Assembled {
  /** A WAV of the wire's own G.711: stereo (customer left, agents right); of a voicemail mono. */
  file: string
  fact: Pick<Ended, 'durationMs' | 'bytes' | 'pauses' | 'peaks'>
}

/** Makes the WAV of what is on disk, also after a crash. Null where nothing was ever written. */
export async function assembleRecording(recording: {
  folder: string
  recordingId: string
  kind: 'call' | 'voicemail'
}): Promise<Assembled | null> {
  const raw = join(recording.folder, `${recording.recordingId}.g711`)
  if (!(await stat(raw).catch(() => null))) return null
  const stored = await openRecording(raw)
  const file = join(recording.folder, `${recording.recordingId}.wav`)
  const mono = recording.kind === 'voicemail'
  await pipeline(Readable.from(mono ? leftOnly(stored) : stored.wav()), createWriteStream(file, { mode: 0o600 }))
  const { left, right } = await stored.peaks(Math.min(10, MOST_PEAKS / Math.max(1, stored.durationMs / 1000)))
  const percent = (values: number[]) => values.slice(0, MOST_PEAKS).map(value => Math.round((value / 255) * 100))
  return {
    file,
    fact: {
      durationMs: Math.round(stored.durationMs),
      bytes: (await stat(file)).size,
      pauses: stored.pauses.map(({ fromMs, toMs }) => ({ fromMs: Math.round(fromMs), toMs: Math.round(toMs) })),
      peaks: mono ? [percent(left), []] : [percent(left), percent(right)],
    },
  }
}

async function* leftOnly(stored: Awaited<ReturnType<typeof openRecording>>): AsyncGenerator<Uint8Array> {
  const samples = Math.round(stored.durationMs * 8)
  yield wavHeader({
    format: stored.law === 'PCMU' ? 'ulaw' : 'alaw',
    channels: 1,
    sampleRate: 8000,
    dataBytes: samples,
  })
  let header = true
  for await (const chunk of stored.wav()) {
    if (!header) yield chunk.filter((_, index) => index % 2 === 0)
    header = false
  }
}
