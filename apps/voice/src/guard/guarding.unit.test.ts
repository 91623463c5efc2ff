import { Headers } from '@centrala/sip/message/headers.ts'
import { request } from '@centrala/sip/message/message.ts'
import { sipUri } from '@centrala/sip/message/uri.ts'
import { describe, expect, it } from 'vitest'
import { Guarding } from './guarding.ts'

const peer = (address: string) => ({ protocol: 'udp' as const, address, port: 5060 })
const message = (method: string, agent = 'phone') =>
  request(method, sipUri({ host: 'centrala.example' }), new Headers([['User-Agent', agent]]))

describe('the guard', () => {
  it('gives silence to an address after a few failures, whichever names it tried, and forgives after a while', () => {
    let now = 0
    const guard = new Guarding({ trusted: () => false, now: () => now })
    for (let failures = 0; failures < 6; failures++) {
      now += 1000
      expect(guard.judge(message('REGISTER'), peer('192.0.2.1'))).toBe('pass')
      guard.failed('192.0.2.1')
    }
    expect(guard.judge(message('REGISTER'), peer('192.0.2.1'))).toBe('drop')
    expect(guard.judge(message('REGISTER'), peer('192.0.2.2'))).toBe('pass')
    now += 11 * 60_000
    expect(guard.judge(message('REGISTER'), peer('192.0.2.1'))).toBe('pass')
  })

  it('does not lock out an office where phones prove themselves', () => {
    const guard = new Guarding({ trusted: () => false, now: () => 0 })
    for (let phone = 0; phone < 20; phone++) {
      expect(guard.judge(message('REGISTER'), peer('192.0.2.1'))).toBe('pass')
      guard.failed('192.0.2.1')
      guard.proved('192.0.2.1')
    }
  })

  it('knows providers and whoever has proved themselves, nobody else', () => {
    const guard = new Guarding({ trusted: address => address === '192.0.2.9', now: () => 0 })
    guard.failed('192.0.2.1')
    guard.proved('192.0.2.2')
    expect(['192.0.2.9', '192.0.2.2', '192.0.2.1', '192.0.2.3'].map(address => guard.knows(address))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('does not answer scanners, nor strangers who only ask who is there', () => {
    const guard = new Guarding({ trusted: () => false, now: () => 0 })
    expect(guard.judge(message('REGISTER', 'friendly-scanner'), peer('192.0.2.1'))).toBe('drop')
    expect(guard.judge(message('OPTIONS'), peer('192.0.2.1'))).toBe('drop')
  })

  it('slows a flood from one address and leaves others and providers alone', () => {
    const guard = new Guarding({ trusted: address => address === '192.0.2.9', now: () => 0 })
    const verdicts = Array.from({ length: 200 }, () => guard.judge(message('INVITE'), peer('192.0.2.1')))
    expect(verdicts.filter(verdict => verdict === 'pass')).toHaveLength(60)
    expect(guard.judge(message('INVITE'), peer('192.0.2.2'))).toBe('pass')
    for (let i = 0; i < 500; i++) expect(guard.judge(message('INVITE'), peer('192.0.2.9'))).toBe('pass')
  })
})
