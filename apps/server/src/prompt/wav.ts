import { PROMPT_MOST_SECONDS, PROMPT_RATE } from '@centrala/api/prompt.ts'
import { mono, readWav } from '@centrala/media/wav/read.ts'
import { resample } from '@centrala/media/wav/resample.ts'
import { writeWav } from '@centrala/media/wav/write.ts'

/** Rates that sound is kept with. Changing any other would take seconds, in which nobody else is served. */
const RATES = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000]

/** A WAV of any usual rate and number of channels as prompts are kept: PCM 16 bit little endian mono of PROMPT_RATE; or a sentence that says why not. */
export function promptOfWav(bytes: Uint8Array): Buffer | string {
  const read = readWav(bytes)
  if (!read.ok) return read.reason
  const { sampleRate, channels } = read.audio
  if (!RATES.includes(sampleRate))
    return `The WAV file has ${sampleRate} samples a second, which is unusual. Export it with 8000, 16000, 44100 or 48000.`
  if ((channels[0]?.length ?? 0) / sampleRate > PROMPT_MOST_SECONDS) return 'It is longer than ten minutes. Shorten it.'
  const samples = resample(mono(read.audio), sampleRate, PROMPT_RATE)
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
