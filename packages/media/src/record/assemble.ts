import { open, readFile, stat } from 'node:fs/promises'
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from '../codec/g711.ts'
import { MediaError } from '../errors.ts'
import { wavHeader } from '../wav/write.ts'
import { BLOCK_BYTES, BLOCK_MS, BLOCK_SAMPLES, type Law, sidecarOf } from './format.ts'

/** A recording as it lies on disk, finished or cut off by a crash. */
export interface StoredRecording {
  law: Law
  startedAt: Date | null
  durationMs: number
  pauses: { fromMs: number; toMs: number }[]
  /** False when the process died while it recorded: everything written is there. */
  complete: boolean
  /** Length of what `wav` yields. */
  wavBytes(format?: SoundFormat): number
  /**
   * The whole call as a stereo WAV of 8 kHz, left and right as recorded, in chunks. `g711` (default) keeps the bytes of the wire: nothing is lost and it is half the size of `pcm16`; browsers play both.
   */
  wav(format?: SoundFormat): AsyncGenerator<Buffer>
  /** Loudest sample of each stretch and side, 0–255, for a waveform. */
  peaks(perSecond?: number): Promise<Peaks>
}

export type SoundFormat = 'g711' | 'pcm16'

export interface Peaks {
  perSecond: number
  left: number[]
  right: number[]
}

/** Blocks read at a time: 15 s. */
const READ_BLOCKS = 32

/** Opens what a recording wrote (`<id>.g711`, and `<id>.jsonl` beside it if it is there). Throws MediaError `media.record` when there is no such file. */
export async function openRecording(file: string): Promise<StoredRecording> {
  const size = await stat(file).then(
    found => found.size,
    cause => {
      throw new MediaError('media.record', `The recording ${file} cannot be read: ${cause.message}`, { cause })
    },
  )
  const notes = await readNotes(sidecarOf(file))
  const written = Math.ceil(size / BLOCK_BYTES) * BLOCK_MS
  const durationMs = notes.stoppedMs ?? written
  if (notes.openPauseMs !== null) notes.pauses.push({ fromMs: notes.openPauseMs, toMs: durationMs })
  const samples = Math.round(durationMs * 8)
  const headerOf = (format: SoundFormat): Uint8Array =>
    wavHeader({
      format: format === 'pcm16' ? 'pcm16' : notes.law === 'PCMU' ? 'ulaw' : 'alaw',
      channels: 2,
      sampleRate: 8000,
      dataBytes: samples * 2 * (format === 'pcm16' ? 2 : 1),
    })
  return {
    law: notes.law,
    startedAt: notes.startedAt,
    durationMs,
    pauses: notes.pauses,
    complete: notes.stoppedMs !== null,
    wavBytes: (format = 'g711') => headerOf(format).length + samples * 2 * (format === 'pcm16' ? 2 : 1),
    wav: async function* (format = 'g711') {
      yield Buffer.from(headerOf(format))
      for await (const { left, right } of sides(file, samples, notes.law))
        yield interleave(left, right, format, notes.law)
    },
    peaks: (perSecond = 10) => findPeaks(file, samples, notes.law, perSecond),
  }
}

interface Notes {
  law: Law
  startedAt: Date | null
  pauses: { fromMs: number; toMs: number }[]
  openPauseMs: number | null
  stoppedMs: number | null
}

/** A crash may have cut the last line: what cannot be read is passed over. */
async function readNotes(file: string): Promise<Notes> {
  const notes: Notes = { law: 'PCMA', startedAt: null, pauses: [], openPauseMs: null, stoppedMs: null }
  const text = await readFile(file, 'utf8').catch(() => '')
  for (const line of text.split('\n')) {
    const entry = parsed(line)
    const at = typeof entry.atMs === 'number' ? entry.atMs : 0
    if (entry.type === 'start') {
      if (entry.law === 'PCMU') notes.law = 'PCMU'
      if (typeof entry.startedAt === 'string') notes.startedAt = new Date(entry.startedAt)
    } else if (entry.type === 'pause') notes.openPauseMs = at
    else if (entry.type === 'resume' && notes.openPauseMs !== null) {
      notes.pauses.push({ fromMs: notes.openPauseMs, toMs: at })
      notes.openPauseMs = null
    } else if (entry.type === 'stop' && typeof entry.durationMs === 'number') notes.stoppedMs = entry.durationMs
  }
  return notes
}

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Both sides block by block, exactly `samples` of each in all; what is missing on disk is silence. */
async function* sides(file: string, samples: number, law: Law): AsyncGenerator<{ left: Buffer; right: Buffer }> {
  const silence = law === 'PCMU' ? 0xff : 0xd5
  const handle = await open(file, 'r')
  try {
    for (let block = 0; block * BLOCK_SAMPLES < samples; block += READ_BLOCKS) {
      const chunk = Buffer.alloc(READ_BLOCKS * BLOCK_BYTES, silence)
      await handle.read(chunk, 0, chunk.length, block * BLOCK_BYTES)
      for (let i = 0; i < READ_BLOCKS; i++) {
        const rest = Math.min(BLOCK_SAMPLES, samples - (block + i) * BLOCK_SAMPLES)
        if (rest <= 0) return
        const at = i * BLOCK_BYTES
        yield {
          left: chunk.subarray(at, at + rest),
          right: chunk.subarray(at + BLOCK_SAMPLES, at + BLOCK_SAMPLES + rest),
        }
      }
    }
  } finally {
    await handle.close()
  }
}

function interleave(left: Buffer, right: Buffer, format: SoundFormat, law: Law): Buffer {
  const table = law === 'PCMU' ? ULAW_TO_LINEAR : ALAW_TO_LINEAR
  const out = Buffer.alloc(left.length * (format === 'pcm16' ? 4 : 2))
  for (let i = 0; i < left.length; i++) {
    if (format === 'pcm16') {
      out.writeInt16LE(table[left[i]!]!, 4 * i)
      out.writeInt16LE(table[right[i]!]!, 4 * i + 2)
    } else {
      out[2 * i] = left[i]!
      out[2 * i + 1] = right[i]!
    }
  }
  return out
}

async function findPeaks(file: string, samples: number, law: Law, perSecond: number): Promise<Peaks> {
  const table = law === 'PCMU' ? ULAW_TO_LINEAR : ALAW_TO_LINEAR
  const length = Math.ceil((samples * perSecond) / 8000)
  const peaks: Peaks = { perSecond, left: Array(length).fill(0), right: Array(length).fill(0) }
  let at = 0
  for await (const { left, right } of sides(file, samples, law)) {
    for (let i = 0; i < left.length; i++, at++) {
      const slot = Math.floor((at * perSecond) / 8000)
      peaks.left[slot] = Math.max(peaks.left[slot]!, Math.abs(table[left[i]!]!) >> 7)
      peaks.right[slot] = Math.max(peaks.right[slot]!, Math.abs(table[right[i]!]!) >> 7)
    }
  }
  return peaks
}
