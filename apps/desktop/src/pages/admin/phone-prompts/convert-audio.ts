import { PROMPT_RATE } from '@centrala/api/prompt.ts'

/** Whatever this browser can play, as a WAV of 16 kHz, mono, 16 bit. Rejects where it cannot play it. */
export async function convertAudio(file: Blob): Promise<Blob> {
  const context = new OfflineAudioContext(1, 1, PROMPT_RATE)
  // Decoding brings it to the context's rate.
  const decoded = await context.decodeAudioData(await file.arrayBuffer())
  const channels = Array.from({ length: decoded.numberOfChannels }, (_, at) => decoded.getChannelData(at))
  const mono = new Float32Array(decoded.length)
  for (const channel of channels) for (let at = 0; at < mono.length; at++) mono[at]! += channel[at]! / channels.length
  return wavOf(mono)
}

/** Samples from -1 to 1 of PROMPT_RATE, as a WAV. */
export function wavOf(samples: Float32Array): Blob {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2))
  const text = (at: number, word: string) => {
    for (let index = 0; index < word.length; index++) bytes.setUint8(at + index, word.charCodeAt(index))
  }
  text(0, 'RIFF')
  bytes.setUint32(4, 36 + samples.length * 2, true)
  text(8, 'WAVEfmt ')
  bytes.setUint32(16, 16, true)
  bytes.setUint16(20, 1, true)
  bytes.setUint16(22, 1, true)
  bytes.setUint32(24, PROMPT_RATE, true)
  bytes.setUint32(28, PROMPT_RATE * 2, true)
  bytes.setUint16(32, 2, true)
  bytes.setUint16(34, 16, true)
  text(36, 'data')
  bytes.setUint32(40, samples.length * 2, true)
  for (let at = 0; at < samples.length; at++)
    bytes.setInt16(44 + at * 2, Math.max(-1, Math.min(1, samples[at] ?? 0)) * 32_767, true)
  return new Blob([bytes.buffer], { type: 'audio/wav' })
}
