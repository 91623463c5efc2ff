import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Says } from '@centrala/core/flow/flow.ts'
import { Source } from '@centrala/media/play/source.ts'
import { CADENCES, renderTones, type Tone } from '@centrala/media/tone/generate.ts'
import { readWav } from '@centrala/media/wav/read.ts'
import { resample } from '@centrala/media/wav/resample.ts'
import type { Logger } from 'pino'
import type { Configuration } from '../link/configuration.ts'
import { houseMusic } from './music.ts'
import { speak } from './speak.ts'

/** Sound kept in memory; what was heard longest ago goes first. */
const MOST_BYTES = 256 * 1024 * 1024
const FETCH_MS = 5000
const AT_A_TIME = 4

export interface SoundsOptions {
  /** Of the server that is reached now. */
  serverUrl(): string
  token: string
  dataDir: string
  config: Configuration
  log: Logger
}

/** Everything that can be played: prompts and spoken texts from the server (kept on disk: they never change under their id), tones and the house music. */
export class Sounds {
  readonly ringback = tones('ringback', CADENCES.europe.ringback)
  readonly beep = tones('beep', [{ frequencies: [1000], ms: 400, level: -12 }])
  readonly houseMusic = houseMusic()
  readonly #options: SoundsOptions
  readonly #folder: string
  readonly #ready = new Map<string, Source>()
  readonly #coming = new Map<string, Promise<Source | null>>()
  #bytes = 0
  #preparing: Promise<void> = Promise.resolve()

  constructor(options: SoundsOptions) {
    this.#options = options
    this.#folder = join(options.dataDir, 'voice', 'prompts')
    options.config.onChange(() => this.#prepare())
    this.#prepare()
  }

  /** What is to be said, in the caller's language; what cannot be had in time is left out, for a call goes on rather than stand still. */
  async of(tenantId: string, says: readonly Says[], language: string | null): Promise<Source[]> {
    const sources = await Promise.all(says.map(said => this.#one(tenantId, said, language)))
    return sources.filter(source => source !== null)
  }

  /** The music of a queue, or the house's while it has none (yet). */
  music(tenantId: string, promptId: string | null, language: string | null): Source {
    const audioId = promptId === null ? null : this.#variant(tenantId, promptId, language)
    if (audioId === null) return this.houseMusic
    const ready = this.#ready.get(audioId)
    if (!ready) void this.#audio(tenantId, audioId)
    return ready ?? this.houseMusic
  }

  async #one(tenantId: string, said: Says, language: string | null): Promise<Source | null> {
    const tenant = this.#options.config.tenant(tenantId)
    if ('promptId' in said) {
      const audioId = this.#variant(tenantId, said.promptId, language)
      return audioId === null ? null : this.#audio(tenantId, audioId)
    }
    const text = said.text.trim()
    if (text === '') return null
    const spoken = language ?? tenant?.locale ?? 'en'
    const rendered = tenant?.spoken[`${spoken}|${text}`]
    const sound = rendered ? await this.#audio(tenantId, rendered.audioId) : null
    return sound ?? this.#spoken(text, spoken)
  }

  /** The language itself, its base, any of its kin, then the variant for everybody, then the tenant's own. */
  #variant(tenantId: string, promptId: string, language: string | null): string | null {
    const tenant = this.#options.config.tenant(tenantId)
    const audio = tenant?.prompts.find(prompt => prompt.id === promptId)?.audio
    if (!tenant || !audio) return null
    const base = language?.split('-')[0]
    const key =
      [language, base, Object.keys(audio).find(key => base && key.split('-')[0] === base), '*', tenant.locale].find(
        key => key && audio[key],
      ) ?? Object.keys(audio)[0]
    return (key && audio[key]?.audioId) || null
  }

  #audio(tenantId: string, audioId: string): Promise<Source | null> {
    if (!isAudioId(audioId)) return Promise.resolve(null)
    return this.#load(audioId, async () => {
      const file = join(this.#folder, `${audioId}.pcm`)
      const kept = await readFile(file).catch(() => null)
      const bytes = kept ?? (await this.#fetch(tenantId, audioId))
      if (bytes === null) return null
      if (!kept) await this.#keep(file, bytes)
      return fromPcm16k(audioId, bytes)
    })
  }

  /** Where the server has not rendered a text, the node's own espeak-ng does. */
  #spoken(text: string, language: string): Promise<Source | null> {
    const id = `spoken-${createHash('sha256').update(`${language}|${text}`).digest('hex')}`
    return this.#load(id, async () => {
      const file = join(this.#folder, `${id}.wav`)
      const kept = await readFile(file).catch(() => null)
      const wav = kept ?? (await speak(text, language))
      if (wav === null) {
        this.#options.log.warn({ text, language }, 'a text cannot be said: no audio from the server, and no espeak-ng')
        return null
      }
      if (!kept) await this.#keep(file, wav)
      return fromWav(id, wav)
    })
  }

  /** Once for all who ask at the same time; a failure may be tried again by the next. */
  #load(id: string, make: () => Promise<Source | null>): Promise<Source | null> {
    const ready = this.#ready.get(id)
    if (ready) {
      this.#ready.delete(id)
      this.#ready.set(id, ready)
      return Promise.resolve(ready)
    }
    const coming = this.#coming.get(id)
    if (coming) return coming
    const promise = make()
      .catch((error: Error) => {
        this.#options.log.warn({ reason: error.message, id }, 'a sound cannot be loaded')
        return null
      })
      .then(source => {
        this.#coming.delete(id)
        if (source) this.#remember(id, source)
        return source
      })
    this.#coming.set(id, promise)
    return promise
  }

  #remember(id: string, source: Source): void {
    this.#ready.set(id, source)
    this.#bytes += sizeOf(source)
    for (const [old, gone] of this.#ready) {
      if (this.#bytes <= MOST_BYTES || old === id) break
      this.#ready.delete(old)
      this.#bytes -= sizeOf(gone)
    }
  }

  async #fetch(tenantId: string, audioId: string): Promise<Buffer | null> {
    const { serverUrl, token, log } = this.#options
    const response = await fetch(`${serverUrl()}/internal/voice/prompts/${tenantId}/${audioId}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(FETCH_MS),
    }).catch(() => null)
    if (!response?.ok) {
      log.debug({ audioId, status: response?.status ?? null }, 'a prompt could not be fetched')
      await response?.body?.cancel()
      return null
    }
    return Buffer.from(await response.arrayBuffer())
  }

  async #keep(file: string, bytes: Buffer): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const draft = `${file}.${randomUUID()}`
    await writeFile(draft, bytes, { mode: 0o600 })
    await rename(draft, file)
  }

  #prepare(): void {
    this.#preparing = this.#preparing
      .then(() => this.#fetchAll())
      .catch((error: Error) => this.#options.log.warn({ reason: error.message }, 'prompts could not be prepared'))
  }

  /** After a change of the configuration: what callers will hear is on this disk before they call, music in memory; what nobody uses any more is removed. */
  async #fetchAll(): Promise<void> {
    const { tenants } = this.#options.config
    const wanted = tenants.flatMap(tenant =>
      [...tenant.prompts.flatMap(prompt => Object.values(prompt.audio)), ...Object.values(tenant.spoken)].map(
        ({ audioId }) => ({ tenantId: tenant.tenantId, audioId }),
      ),
    )
    const known = new Set(await readdir(this.#folder).catch(() => []))
    const names = new Set(wanted.map(({ audioId }) => `${audioId}.pcm`))
    const missing = wanted.filter(({ audioId }) => isAudioId(audioId) && !known.has(`${audioId}.pcm`))
    const next = async () => {
      for (let entry = missing.pop(); entry; entry = missing.pop()) {
        const bytes = await this.#fetch(entry.tenantId, entry.audioId)
        if (bytes) await this.#keep(join(this.#folder, `${entry.audioId}.pcm`), bytes)
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, next))
    for (const tenant of tenants)
      for (const { musicPromptId } of tenant.queues) this.music(tenant.tenantId, musicPromptId, null)
    if (wanted.length === 0) return
    for (const name of known)
      if (name.endsWith('.pcm') && !names.has(name)) await rm(join(this.#folder, name), { force: true })
  }
}

function isAudioId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,200}$/.test(id)
}

function sizeOf(source: Source): number {
  return source.pcm.byteLength * 4
}

function fromPcm16k(name: string, bytes: Buffer): Source {
  const wide = new Int16Array(bytes.length >> 1)
  for (let i = 0; i < wide.length; i++) wide[i] = bytes.readInt16LE(i * 2)
  return new Source(name, resample(wide, 16_000, 8000), wide)
}

function fromWav(name: string, bytes: Buffer): Source | null {
  const wav = readWav(bytes)
  if (!wav.ok) return null
  const { sampleRate, channels } = wav.audio
  const mono = channels[0]
  return mono ? new Source(name, resample(mono, sampleRate, 8000), resample(mono, sampleRate, 16_000)) : null
}

function tones(name: string, list: readonly Tone[]): Source {
  return new Source(name, renderTones(list))
}
