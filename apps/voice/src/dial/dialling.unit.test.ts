import type { TenantVoice } from '@centrala/api/voice-config.ts'
import { describe, expect, it } from 'vitest'
import { Dialling } from './dialling.ts'
import { ruleFor } from './rules.ts'

const tenant = {
  tenantId: 't',
  emergencyNumbers: ['112', '192'],
  dialRules: [
    { prefix: '385', allow: true, pricePerMinute: 0.5 },
    { prefix: '38560', allow: false, pricePerMinute: 5 },
    { prefix: '3851', allow: true, pricePerMinute: 0 },
  ],
  limits: { maxCalls: 0, maxOutboundCalls: 3, maxOutboundPerMinute: 4, maxSpendPerDay: 2 },
} as unknown as TenantVoice

describe('dialling', () => {
  it('goes by the longest prefix and denies what no rule allows', () => {
    const dialling = new Dialling(() => 0)
    expect(dialling.ask(tenant, '+385 91 123 4567')).toMatchObject({ ok: true, address: '+385911234567' })
    expect(dialling.ask(tenant, '00385911234567')).toMatchObject({ ok: true, address: '+385911234567' })
    expect(dialling.ask(tenant, '+38560123456')).toMatchObject({ ok: false, code: 'denied' })
    expect(dialling.ask(tenant, '+4930123456')).toMatchObject({ ok: false, code: 'denied' })
    for (const odd of ['', 'ana', '+385;ext=1', '1', '+385 91 1234567 00000', 'sip:x@y'])
      expect(dialling.ask(tenant, odd)).toMatchObject({ ok: false })
    expect(ruleFor([], '385911234567')).toBeNull()
  })

  it('lets emergency numbers through whatever the rules, limits and spending say', () => {
    const dialling = new Dialling(() => 0)
    const rule = { prefix: '385', allow: true, pricePerMinute: 100 }
    for (const id of ['a', 'b', 'c', 'd', 'e']) dialling.begin('t', id, rule).answered()
    expect(dialling.ask(tenant, '+385911234567').ok).toBe(false)
    for (const dialled of ['112', '+112', '1 9 2'])
      expect(dialling.ask(tenant, dialled)).toMatchObject({ ok: true, emergency: true, rule: { pricePerMinute: 0 } })
    expect(dialling.ask(tenant, '1921')).toMatchObject({ ok: false })
  })

  it("holds the limits of calls at a time, of calls a minute, and of the day's spending", () => {
    let now = 0
    const dialling = new Dialling(() => now)
    const rule = tenant.dialRules[0] as { prefix: string; allow: boolean; pricePerMinute: number }
    const meters = ['a', 'b', 'c'].map(id => dialling.begin('t', id, rule))
    expect(dialling.ask(tenant, '+385911234567')).toMatchObject({ ok: false, code: 'tooMany' })
    meters[0]?.ended()
    dialling.begin('t', 'd', rule).ended()
    expect(dialling.ask(tenant, '+385911234567')).toMatchObject({ ok: false, code: 'tooFast' })
    now = 61_000
    meters[1]?.answered()
    now += 120_001
    // Three begun minutes at .5; the next would go beyond 2 within its first minutes.
    expect(dialling.spent('t')).toBe(1.5)
    expect(dialling.ask(tenant, '+385911234567')).toMatchObject({ ok: true })
    now += 60_000
    expect(dialling.ask(tenant, '+385911234567')).toMatchObject({ ok: false, code: 'spent' })
    expect(dialling.ask(tenant, '+38515550100')).toMatchObject({ ok: true })
    meters[1]?.ended()
    meters[1]?.ended()
    expect(dialling.spent('t')).toBe(2)
    now += 24 * 3_600_000
    expect(dialling.ask(tenant, '+385911234567')).toMatchObject({ ok: true })
  })
})
