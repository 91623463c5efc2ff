import { spawn } from 'node:child_process'

/** espeak-ng's names of voices, where they differ from the language's. */
const VOICES: Record<string, string> = { 'sr-Latn': 'sr', 'sr-Cyrl': 'sr', en: 'en-gb' }
const MOST_CHARACTERS = 1000
const MOST_MS = 10_000
const MOST_BYTES = 20 * 1024 * 1024

/**
 * A text as WAV by espeak-ng, a separate program; null where it is not installed or fails. The text goes by standard input, never by a shell or an argument.
 */
export function speak(text: string, language: string): Promise<Buffer | null> {
  return new Promise(resolve => {
    const child = spawn('espeak-ng', ['-v', voiceOf(language), '-s', '150', '--stdin', '--stdout'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: MOST_MS,
      killSignal: 'SIGKILL',
    })
    const chunks: Buffer[] = []
    let bytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MOST_BYTES) child.kill('SIGKILL')
      else chunks.push(chunk)
    })
    child.on('error', () => resolve(null))
    child.stdin.on('error', () => {})
    child.on('close', code => resolve(code === 0 && bytes > 44 ? Buffer.concat(chunks) : null))
    child.stdin.end(text.slice(0, MOST_CHARACTERS))
  })
}

function voiceOf(language: string): string {
  const voice = VOICES[language] ?? language.split('-')[0] ?? ''
  return /^[a-z]{2,3}(-[a-z]{2,4})?$/.test(voice) ? voice : 'en-gb'
}
