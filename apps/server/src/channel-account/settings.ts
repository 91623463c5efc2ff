import type { checkChannelAccount } from '@centrala/api/channel-account.ts'
import type { ChannelManifest } from '@centrala/channels/channel.ts'
import { CHANNEL_MANIFESTS } from '@centrala/channels/index.ts'
import type { Channel } from '@centrala/core/channel/channel.ts'
import { seal, unseal } from '@centrala/store/secret.ts'
import type { z } from 'zod'
import { badField, Refusal } from '../refusal.ts'

/** A channel's folder, or a refusal: not every channel is set up by an account yet. */
export function manifestOf(channel: Channel): ChannelManifest {
  const manifest = CHANNEL_MANIFESTS.find(entry => entry.channel === channel)
  if (!manifest) {
    const known = CHANNEL_MANIFESTS.map(entry => entry.channel).join(', ')
    throw badField('channel', `This channel cannot be set up yet. Choose one of: ${known}.`)
  }
  return manifest
}

export type Secrets = Record<string, string | null>

/** What is wrong with settings and secrets, as the channel's own schemas say it. Paths start with `config` or `secrets`. */
export function issuesOf(
  manifest: ChannelManifest,
  config: unknown,
  secrets: Secrets,
): z.input<typeof checkChannelAccount.response>['issues'] {
  const issues = (place: string, schema: z.ZodType, value: unknown) =>
    (schema.safeParse(value).error?.issues ?? []).map(issue => ({
      path: [place, ...issue.path].join('.'),
      message: issue.message,
      code: issue.code,
      ...('minimum' in issue && { minimum: Number(issue.minimum) }),
      ...('maximum' in issue && { maximum: Number(issue.maximum) }),
      ...('origin' in issue && { origin: String(issue.origin) }),
      ...('format' in issue && { format: String(issue.format) }),
    }))
  return [...issues('config', manifest.config, config), ...issues('secrets', manifest.secrets, secrets)]
}

/** Settings and secrets as the channel takes them, defaults filled in. @throws Refusal that names the fields */
export function parseSettings(
  manifest: ChannelManifest,
  config: unknown,
  secrets: Secrets,
): { config: Record<string, unknown>; secrets: Secrets } {
  const issues = issuesOf(manifest, config, secrets)
  if (issues.length > 0) {
    const fields = issues.map(({ path, message }) => ({ path: `body.${path}`, message }))
    const said = fields.map(field => `${field.path}: ${field.message}`).join(' ')
    throw new Refusal(400, 'request.invalid', `The settings were not understood. ${said}`, { fields })
  }
  return {
    config: manifest.config.parse(config) as Record<string, unknown>,
    secrets: manifest.secrets.parse(secrets) as Secrets,
  }
}

/**
 * Whoever may change an account may not thereby read its secrets, by having them sent to a server of their own.
 * @throws Refusal 400 on the secret that must be written again
 */
export function refuseMovedSecrets(
  manifest: ChannelManifest,
  stored: { config: unknown; secrets: Secrets },
  config: unknown,
  given: Secrets,
): void {
  const before = manifest.secretGoesTo?.(stored.config) ?? {}
  for (const [name, host] of Object.entries(manifest.secretGoesTo?.(config) ?? {}))
    if (stored.secrets[name] && given[name] === undefined && before[name] !== host)
      throw badField(`secrets.${name}`, `Write it again, since it would go to another server (${host}).`)
}

/** Stored secrets; none where nothing is stored. */
export function openSecrets(key: Buffer, sealed: Uint8Array | null): Secrets {
  return sealed ? (unseal(key, sealed) as Secrets) : {}
}

/** Changed secrets on top of the stored ones: null removes, those left out stay. */
export function mergeSecrets(stored: Secrets, given: Secrets): Secrets {
  return Object.fromEntries(
    Object.entries({ ...stored, ...given }).filter(([, value]) => value !== null && value !== ''),
  )
}

export function sealSecrets(key: Buffer, secrets: Secrets): Buffer | null {
  const set = mergeSecrets(secrets, {})
  return Object.keys(set).length > 0 ? seal(key, set) : null
}
