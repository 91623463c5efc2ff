import type { EmailConfig } from './account.ts'
import { domainOf } from './account.ts'
import type { Headers } from './addresses.ts'

/**
 * Whether our own receiving server vouches for the From address: the first DMARC verdict, counted from the top of the mail,
 * in an Authentication-Results header that bears its name (RFC 8601), says pass for that very domain (RFC 7489). A header
 * of any other server before it ends the search, because what lies below may be the sender's own writing.
 */
export function isSenderVerified(headers: Headers, fromAddress: string, config: EmailConfig): boolean {
  const trusted = config.trustedAuthservId?.toLowerCase()
  if (!trusted) return false
  if (headers.all('from').length !== 1) return false
  for (const value of headers.all('authentication-results')) {
    const plain = withoutComments(value)
    const [server = '', ...results] = plain.split(';').map(part => part.trim().toLowerCase())
    if (server.split(/\s+/)[0] !== trusted) return false
    const dmarc = results.find(result => /^dmarc\s*=/.test(result))
    if (!dmarc) continue
    const domain = /header\.from\s*=\s*"?([^\s";]+)/.exec(dmarc)?.[1]
    return /^dmarc\s*=\s*pass\b/.test(dmarc) && domain !== undefined && isDomainOf(domain, domainOf(fromAddress))
  }
  return false
}

function isDomainOf(verdict: string, from: string): boolean {
  const domain = verdict.includes('@') ? domainOf(verdict) : verdict
  return domain === from
}

/** Removes comments, nested ones too (RFC 5322 3.2.2), and quoted strings' power to hide a semicolon. */
function withoutComments(value: string): string {
  let depth = 0
  let plain = ''
  for (const letter of value) {
    if (letter === '(') depth += 1
    else if (letter === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) plain += letter
  }
  return plain
}
