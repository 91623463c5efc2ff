/**
 * A recording on disk while it is made: `<id>.g711` holds blocks of 480 ms, each 3,840 bytes of the left side followed by 3,840 of the right, both in one law, placed by time from the start; `<id>.jsonl`
 * holds a line for the beginning, each pause and the end. Every block stands at its place from the moment it is written, so a killed process loses only what it had not written: at most one second.
 */

/** Samples of one side in a block. */
export const BLOCK_SAMPLES = 3840
export const BLOCK_BYTES = BLOCK_SAMPLES * 2
export const BLOCK_MS = BLOCK_SAMPLES / 8

export type Law = 'PCMU' | 'PCMA'

export type RecordLine =
  | { type: 'start'; version: 1; law: Law; startedAt: string }
  | { type: 'pause'; atMs: number }
  | { type: 'resume'; atMs: number }
  | { type: 'stop'; durationMs: number }

/** The sidecar of a `.g711` file. */
export function sidecarOf(file: string): string {
  return file.replace(/\.g711$/, '.jsonl')
}
