import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conversationFromAddresses, replyAddress, withoutToken } from './token.ts'

const scope = { tenantId: 'tenant-1', signingKey: Buffer.alloc(32, 7) }
const address = (conversation: string, in_ = scope) =>
  replyAddress('support@example.com', 'example.com', conversation, in_)!

describe('the Reply-To token', () => {
  it('comes back as the conversation it was made for, in any case of letters', () => {
    fc.assert(
      fc.property(fc.uuid(), id => {
        const made = address(id)
        expect(made.split('@')[0]!.length).toBeLessThanOrEqual(64)
        expect(made).toMatch(/^support\+c\.[a-z2-7]{26}\.[a-z2-7]{16}@example\.com$/)
        expect(conversationFromAddresses(['x@y.hr', made.toUpperCase()], scope)).toBe(id)
      }),
    )
  })

  it('is worth nothing when any letter is changed', () => {
    const made = address('0198f2aa-1111-7222-8333-444455556666')
    const start = 'support+c.'.length
    for (let at = start; at < made.indexOf('@'); at += 1) {
      if (made[at] === '.') continue
      for (const letter of 'abcdefghijklmnopqrstuvwxyz234567') {
        if (letter === made[at]) continue
        const forged = made.slice(0, at) + letter + made.slice(at + 1)
        expect(conversationFromAddresses([forged], scope)).toBeNull()
      }
    }
  })

  it('is worth nothing in another tenant or under another key', () => {
    const made = address('0198f2aa-1111-7222-8333-444455556666')
    expect(conversationFromAddresses([made], { ...scope, tenantId: 'tenant-2' })).toBeNull()
    expect(conversationFromAddresses([made], { ...scope, signingKey: Buffer.alloc(32, 8) })).toBeNull()
  })

  it('is left out where the address would grow beyond what mail allows', () => {
    const id = '0198f2aa-1111-7222-8333-444455556666'
    expect(replyAddress(`${'a'.repeat(30)}@example.com`, 'example.com', id, scope)).toBeNull()
    expect(replyAddress('support@example.com', 'example.com', 'not-a-uuid', scope)).toBeNull()
  })

  it('can be taken off an address', () => {
    expect(withoutToken(address('0198f2aa-1111-7222-8333-444455556666'))).toBe('support@example.com')
    expect(withoutToken('support+vip@example.com')).toBe('support+vip@example.com')
  })

  it('any address is looked at without harm', () => {
    fc.assert(fc.property(fc.string(), text => conversationFromAddresses([text], scope) === null))
  })
})
