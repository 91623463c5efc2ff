import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** What an identity can be: an address on a channel, a browser that visited, or an id in the company's own system. */
export const IDENTITY_KINDS = ['email', 'phone', 'visitor', 'external'] as const
export type IdentityKind = (typeof IDENTITY_KINDS)[number]

/**
 * The one way an address is written, so that the same address is always the same text; null when it is no such address.
 * @param country ISO 3166-1 alpha-2, for phone numbers written without a country code
 */
export function normaliseAddress(kind: IdentityKind, address: string, country?: string): string | null {
  switch (kind) {
    case 'email':
      return normaliseEmail(address)
    case 'phone':
      return normalisePhone(address, country)
    case 'visitor':
    case 'external':
      return bounded(address.trim(), 200)
  }
}

/**
 * Lower case, with the domain in ASCII (IDNA): `Ana@Tvrđava.HR` → `ana@xn--tvrava-d3a.hr`. The part before the @ is case-sensitive by
 * RFC 5321 §2.4, and by no mail server that people use. Dots and +tags stay: they are other mailboxes at most providers.
 */
export function normaliseEmail(address: string): string | null {
  const text = address.normalize('NFC').trim()
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at).toLowerCase()
  const domain = asciiDomain(text.slice(at + 1))
  // Nobody has a mailbox below .invalid (RFC 2606): it stands for a sender who named none.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (at < 1 || !domain || domain.endsWith('.invalid') || /[\s\x00-\x1f\x7f<>]/.test(local)) return null
  return bounded(`${local}@${domain}`, 320)
}

/** A host name in lower-case ASCII (`Živković.hr` → `xn--ivkovi-g1a95g.hr`), or null when it is none. */
export function asciiDomain(domain: string): string | null {
  if (!/^[^\s/\\?#@:[\]%<>"]{1,253}$/.test(domain)) return null
  try {
    return new URL(`http://${domain}`).hostname.replace(/\.$/, '') || null
  } catch {
    return null
  }
}

/** E.164 (`091 234 5678` in HR → `+385912345678`); null when it cannot be a number anywhere. Extensions are dropped. */
export function normalisePhone(text: string, country?: string): string | null {
  const home = country && isSupportedCountry(country) ? (country as CountryCode) : undefined
  const phone = parsePhoneNumberFromString(text.slice(0, 60), home)
  if (!phone?.isPossible()) return null
  // The library takes one national prefix away at a time: `+49 00 30 …` is not yet what it is written as.
  return phone.number === text ? text : normalisePhone(phone.number)
}

/** The country in which a tenant's bare phone numbers are read: its own setting, else the country its language is spoken in. */
export function defaultCountry(settings: Record<string, unknown>, locale: string): string | undefined {
  if (typeof settings.country === 'string') return settings.country
  // English is written everywhere, so it tells no country.
  return locale === 'en' ? undefined : new Intl.Locale(locale).maximize().region
}

function bounded(text: string, length: number): string | null {
  return text.length > 0 && text.length <= length ? text : null
}
