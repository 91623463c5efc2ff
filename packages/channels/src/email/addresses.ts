import { type Address, addressParser, type Mailbox } from 'postal-mime'

export interface Headers {
  /** First value of a header, unfolded, or null. */
  get(name: string): string | null
  all(name: string): string[]
}

/** Case of names does not matter; order is that of the mail, the newest trace header first. */
export function headersOf(entries: readonly { key: string; value: string }[]): Headers {
  const byName = new Map<string, string[]>()
  for (const { key, value } of entries) {
    const values = byName.get(key.toLowerCase())
    if (values) values.push(value)
    else byName.set(key.toLowerCase(), [value])
  }
  return {
    get: name => byName.get(name.toLowerCase())?.[0] ?? null,
    all: name => byName.get(name.toLowerCase()) ?? [],
  }
}

/** Every mailbox in these header values, groups flattened; what is no address is left out. */
export function mailboxesOf(values: readonly string[], limit: number): Mailbox[] {
  const found: Mailbox[] = []
  for (const value of values) {
    for (const entry of flatten(addressParser(value.slice(0, 100_000)))) {
      if (found.length >= limit) return found
      if (isAddress(entry.address)) found.push({ name: entry.name.trim(), address: entry.address.trim() })
    }
  }
  return found
}

function flatten(entries: readonly Address[]): Mailbox[] {
  return entries.flatMap(entry => (entry.group ? entry.group : [entry as Mailbox]))
}

function isAddress(address: string | undefined): address is string {
  return address !== undefined && /^[^\s@<>]+@[^\s@<>]+$/.test(address.trim()) && address.length <= 320
}
