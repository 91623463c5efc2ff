import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Classifier, type Detection } from '@centrala/media/call-class/classify.ts'
import { LINEAR_TO_ULAW, ULAW_TO_LINEAR } from '@centrala/media/codec/g711.ts'
import { mono, readWav } from '@centrala/media/wav/read.ts'
import { resample } from '@centrala/media/wav/resample.ts'
import { describe, expect, test } from 'vitest'

const VOICES = ['en-gb', 'en-us+f3', 'de+f2', 'hr']
const TEXT = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8').slice(0, 6000)

function installed(): boolean {
  try {
    execFileSync('espeak-ng', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.log(
      'espeak-ng is not installed: detectors are not tried against speech here (Debian: apt install espeak-ng).',
    )
    return false
  }
}

function say(text: string, voice: string): Int16Array {
  const folder = mkdtempSync(join(tmpdir(), 'speech-'))
  try {
    execFileSync('espeak-ng', ['-v', voice, '-w', join(folder, 'speech.wav'), '--stdin'], { input: text })
    const wav = readWav(readFileSync(join(folder, 'speech.wav')))
    if (!wav.ok) throw new Error(wav.reason)
    // As a telephone hears it.
    return resample(mono(wav.audio), wav.audio.sampleRate, 8000).map(
      sample => ULAW_TO_LINEAR[LINEAR_TO_ULAW[sample & 0xffff]!]!,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function classify(pcm: Int16Array, classifier: Classifier): Detection[] {
  const found: Detection[] = []
  for (let i = 0; i + 160 <= pcm.length; i += 160) found.push(...classifier.process(pcm.subarray(i, i + 160)))
  return found
}

describe.skipIf(!installed())('speech', () => {
  test.each(VOICES)('minutes of it (%s) hold no digit, no text telephone, no fax, no beep, no line tone', voice => {
    const speech = say(TEXT, voice)
    expect(speech.length / 8000).toBeGreaterThan(180)
    expect(classify(speech, new Classifier({ listen: ['dtmf', 'tty', 'fax', 'beep', 'progress'] }))).toEqual([])
  })

  test('a sentence is one voice, then silence, of the length it has', () => {
    const sentence = say('Hello, you have reached the office of Novak and sons. We are closed now.', 'en-gb')
    const pcm = new Int16Array(8000 + sentence.length + 24_000)
    pcm.set(sentence, 8000)
    const found = classify(pcm, new Classifier({ listen: ['voice'], silenceMs: 900 }))
    expect(found.map(({ kind }) => kind)).toEqual(['silence', 'voice', 'silence'])
    expect(Math.abs(found[1]!.atMs - 1000)).toBeLessThan(150)
    const last = found[2]!
    expect(last.kind === 'silence' && Math.abs(last.voiceMs - sentence.length / 8)).toBeLessThan(600)
  })
})
