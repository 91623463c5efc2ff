import { Headers } from '@centrala/sip/message/headers.ts'
import { request } from '@centrala/sip/message/message.ts'
import { sipUri } from '@centrala/sip/message/uri.ts'
import { describe, expect, it } from 'vitest'
import { Guarding } from './guarding.ts'

const peer = (address: string, port = 5060) => ({ protocol: 'udp' as const, address, port })
const message = (method: string, agent = 'phone', to = '<sip:100@centrala.example>') =>
  request(
    method,
    sipUri({ host: 'centrala.example' }),
    new Headers([
      ['User-Agent', agent],
      ['To', to],
    ]),
  )

describe('the guard', () => {
  it('gives silence to a stranger after a few failures, whichever names they tried, and forgives after a while', () => {
    let now = 0
    const guard = new Guarding({ trusted: () => false, now: () => now })
    for (let failures = 0; failures < 6; failures++) {
      now += 1000
      expect(guard.judge(message('REGISTER'), peer('192.0.2.1'))).toBe('pass')
      guard.failed(peer('192.0.2.1'))
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
      guard.failed(peer('192.0.2.1'))
      guard.proved(peer('192.0.2.1'))
    }
  })

  it('lets fifty phones of an office start at once, each asking first without a proof', () => {
    const guard = new Guarding({ trusted: () => false, now: () => 0 })
    for (let port = 6000; port < 6050; port++) {
      expect(guard.judge(message('REGISTER'), peer('192.0.2.1', port))).toBe('pass')
      guard.failed(peer('192.0.2.1', port))
    }
    guard.proved(peer('192.0.2.1', 6000))
    expect(guard.banned).toBe(0)
  })

  it('silences the one phone with a wrong password for a while, however it goes on, and not its office', () => {
    let now = 0
    const guard = new Guarding({ trusted: () => false, now: () => now })
    guard.proved(peer('192.0.2.1', 6000))
    let heard = 0
    for (let tries = 0; tries < 60; tries++) {
      now += 30_000
      if (guard.judge(message('REGISTER'), peer('192.0.2.1', 6666)) === 'pass') {
        heard++
        guard.failed(peer('192.0.2.1', 6666))
      }
      expect(guard.judge(message('REGISTER'), peer('192.0.2.1', 6000))).toBe('pass')
    }
    expect(heard).toBeGreaterThan(6)
    expect(heard).toBeLessThan(20)
  })

  it('silences an address that tries from ever other ports, but not the phone registered there', () => {
    const guard = new Guarding({ trusted: () => false, isPhone: ({ port }) => port === 5060, now: () => 0 })
    let heard = 0
    for (let port = 6000; port < 6500; port++)
      if (guard.judge(message('REGISTER'), peer('192.0.2.1', port)) === 'pass') {
        heard++
        guard.failed(peer('192.0.2.1', port))
      }
    expect(heard).toBeLessThan(101)
    expect(guard.judge(message('INVITE'), peer('192.0.2.1'))).toBe('pass')
    expect(guard.judge(message('INVITE'), peer('192.0.2.1', 6000))).toBe('drop')
  })

  it('does not tell strangers which calls there are', () => {
    const guard = new Guarding({ trusted: () => false, now: () => 0 })
    const inCall = '<sip:100@centrala.example>;tag=x'
    for (const method of ['BYE', 'INVITE', 'UPDATE', 'INFO', 'CANCEL', 'REFER', 'NOTIFY'])
      expect(guard.judge(message(method, 'phone', inCall), peer('192.0.2.1'))).toBe('drop')
  })

  it('knows providers and whoever has proved themselves, nobody else', () => {
    const guard = new Guarding({ trusted: address => address === '192.0.2.9', now: () => 0 })
    guard.failed(peer('192.0.2.1'))
    guard.proved(peer('192.0.2.2'))
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
