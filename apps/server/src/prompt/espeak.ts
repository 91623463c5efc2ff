import { spawn } from 'node:child_process'
import { StateError, type StatePhrase, statePhrase, theirWords } from '@centrala/core/phrase/state-phrase.ts'
import { promptOfWav } from './wav.ts'

const TIMEOUT_MS = 20_000
/** About eight minutes at espeak-ng's rate. */
const MOST_BYTES = 22 * 1024 * 1024

/** Our languages whose voice has another name there. */
const VOICES: Record<string, string> = { 'sr-Latn': 'sr', 'sr-Cyrl': 'sr', en: 'en-gb' }

let installed: Promise<boolean> | undefined
let askedAt = 0

/** Whether espeak-ng can be started on this machine; looked up again after a minute. */
export function espeakInstalled(): Promise<boolean> {
  if (!installed || Date.now() - askedAt > 60_000) {
    askedAt = Date.now()
    installed = new Promise(resolve => {
      const child = spawn('espeak-ng', ['--version'], { stdio: 'ignore' })
      child.on('error', () => resolve(false))
      child.on('exit', code => resolve(code === 0))
    })
  }
  return installed
}

/** Speaks a text by the separate program espeak-ng: PCM of PROMPT_RATE. Rejects with a StateError. The text goes in by stdin and is never an argument. */
export function espeak(text: string, language: string, voice: string | null): Promise<Buffer> {
  const wanted = voice ?? VOICES[language] ?? language
  if (!/^[A-Za-z0-9_+-]{1,60}$/.test(wanted))
    return Promise.reject(new StateError(statePhrase('speech.noVoice', { voice: theirWords(wanted, 60) })))
  return new Promise((resolve, reject) => {
    const child = spawn('espeak-ng', ['--stdin', '--stdout', '-b', '1', '-s', '150', '-v', wanted], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    const parts: Buffer[] = []
    let size = 0
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) child.kill('SIGKILL')
      else parts.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 500) said += chunk.toString('utf8')
    })
    child.stdin.on('error', () => {}) // told by its exit
    child.on('error', () => reject(new StateError(statePhrase('speech.notInstalled'))))
    child.on('close', code => {
      if (size > MOST_BYTES) return reject(new StateError(statePhrase('speech.tooLong')))
      if (code !== 0) return reject(new StateError(notSpoken(wanted, said)))
      const pcm = promptOfWav(Buffer.concat(parts))
      if (typeof pcm === 'string') reject(new Error(pcm))
      else resolve(pcm)
    })
    child.stdin.end(text)
  })
}

function notSpoken(voice: string, told: string): StatePhrase {
  const said = theirWords(told.trim().split('\n')[0] ?? '')
  return said ? statePhrase('speech.notSpoken', { voice, said }) : statePhrase('speech.notSpokenSilently', { voice })
}
