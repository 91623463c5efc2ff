import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DeskPhoneConfig,
  type NumberConfig,
  type QueueVoice,
  type TenantVoice,
  type TrunkConfig,
  VoiceConfig,
} from '@centrala/api/voice-config.ts'
import type { z } from 'zod'

export type Trunk = z.infer<typeof TrunkConfig>
export type OwnNumber = z.infer<typeof NumberConfig>
export type DeskPhone = z.infer<typeof DeskPhoneConfig>

const EMPTY: VoiceConfig = { revision: '', tenants: [] }

/**
 * What the node works by, looked up in the ways calls need it. The last configuration is kept on disk (it holds trunks' passwords: readable by this user alone), so that a node that starts while the server is
 * away answers all the same.
 */
export class Configuration {
  readonly #folder: string
  readonly #listeners: (() => void)[] = []
  #config = EMPTY
  #tenants = new Map<string, TenantVoice>()
  #trunks = new Map<string, { tenant: TenantVoice; trunk: Trunk }>()
  #numbers = new Map<string, { tenant: TenantVoice; number: OwnNumber }>()
  #phones = new Map<string, { tenant: TenantVoice; phone: DeskPhone }>()
  #writing = Promise.resolve()

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<Configuration> {
    const configuration = new Configuration(folder)
    const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => null)
    const parsed = VoiceConfig.safeParse(read(text))
    if (parsed.success) configuration.#take(parsed.data)
    return configuration
  }

  get revision(): string | null {
    return this.#config.revision || null
  }
  get tenants(): readonly TenantVoice[] {
    return this.#config.tenants
  }

  set(config: VoiceConfig): void {
    this.#take(config)
    this.#writing = this.#writing.then(() => this.#keep(config)).catch(() => {})
    for (const listener of this.#listeners) listener()
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** What is being written is on disk. */
  flushed(): Promise<void> {
    return this.#writing
  }

  tenant(tenantId: string): TenantVoice | null {
    return this.#tenants.get(tenantId) ?? null
  }
  get trunks(): Iterable<{ tenant: TenantVoice; trunk: Trunk }> {
    return this.#trunks.values()
  }
  queue(tenantId: string, queueId: string): QueueVoice | null {
    return this.tenant(tenantId)?.queues.find(queue => queue.id === queueId) ?? null
  }
  phone(username: string): { tenant: TenantVoice; phone: DeskPhone } | null {
    return this.#phones.get(username.toLowerCase()) ?? null
  }
  /** A colleague's phone, as it is dialled within the company: by extension or user name. */
  colleague(tenantId: string, dialled: string): DeskPhone | null {
    const phones = this.tenant(tenantId)?.deskPhones ?? []
    const name = dialled.toLowerCase()
    return phones.find(phone => phone.extension === dialled || phone.username.toLowerCase() === name) ?? null
  }
  phonesOf(tenantId: string, userId: string): DeskPhone[] {
    return this.tenant(tenantId)?.deskPhones.filter(phone => phone.userId === userId) ?? []
  }
  /** Whose number was dialled, however it is written: `+385 1 …`, `00385…`, `385…`, or without the country where the trunk says so. */
  number(tenantId: string, dialled: string): OwnNumber | null {
    return this.#numbers.get(`${tenantId} ${digitsOf(dialled)}`)?.number ?? null
  }
  #take(config: VoiceConfig): void {
    this.#config = config
    this.#tenants = new Map(config.tenants.map(tenant => [tenant.tenantId, tenant]))
    this.#trunks = new Map()
    this.#numbers = new Map()
    this.#phones = new Map()
    for (const tenant of config.tenants) {
      for (const trunk of tenant.trunks) this.#trunks.set(trunk.id, { tenant, trunk })
      for (const number of tenant.numbers)
        this.#numbers.set(`${tenant.tenantId} ${digitsOf(number.number)}`, { tenant, number })
      for (const phone of tenant.deskPhones) this.#phones.set(phone.username.toLowerCase(), { tenant, phone })
    }
  }

  /** Written beside and renamed, so that a killed process leaves the old or the new. */
  async #keep(config: VoiceConfig): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const file = join(this.#folder, 'config.json')
    await writeFile(`${file}.new`, JSON.stringify(config), { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
}

/** `+385 1 555` and `003851555` are the same number. Addresses without digits stay as they are, in lower case. */
export function digitsOf(address: string): string {
  const digits = address.replace(/[\s().-]/g, '')
  if (/^\+\d+$/.test(digits)) return digits.slice(1)
  if (/^00\d+$/.test(digits)) return digits.slice(2)
  return digits.toLowerCase()
}

function read(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
