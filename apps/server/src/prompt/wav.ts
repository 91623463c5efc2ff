import { PROMPT_RATE } from '@centrala/api/prompt.ts'
import { mono, readWav } from '@centrala/media/wav/read.ts'
import { resample } from '@centrala/media/wav/resample.ts'
import { writeWav } from '@centrala/media/wav/write.ts'

/** A WAV of any rate and number of channels as prompts are kept: PCM 16 bit little endian mono of PROMPT_RATE; or a sentence that says why not. */
export function promptOfWav(bytes: Uint8Array): Buffer | string {
  const read = readWav(bytes)
  if (!read.ok) return read.reason
  const samples = resample(mono(read.audio), read.audio.sampleRate, PROMPT_RATE)
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
}

/** A prompt as a WAV file. */
export function wavOfPrompt(pcm: Buffer): Buffer {
  const samples = new Int16Array(new Uint8Array(pcm).buffer)
  return Buffer.from(writeWav({ sampleRate: PROMPT_RATE, channels: [samples] }))
}

/** How long a prompt is, in ms. */
export function durationOf(pcm: Buffer): number {
  return Math.round((pcm.length / 2 / PROMPT_RATE) * 1000)
}
