import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreeAudio, agreeText, answerDirection } from './negotiate.ts'
import { readSdp } from './read.ts'

const LINPHONE = `v=0
o=linphone 2891 1 IN IP4 203.0.113.7
s=Talk
c=IN IP4 203.0.113.7
t=0 0
a=rtcp-xr:rcvr-rtt=all:10000
m=audio 7078 RTP/SAVP 96 97 8 0 101
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:97 speex/16000
a=rtpmap:101 telephone-event/8000
a=rtcp:7079 IN IP4 203.0.113.8
a=crypto:1 AEAD_AES_128_GCM inline:bQqBZXZXlMmG1pOYkzNCnAJUbCM9n3ZMU6zWZQ
a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20
m=text 7080 RTP/AVP 98 99
a=rtpmap:98 t140/1000
a=rtpmap:99 red/1000
a=fmtp:99 98/98/98
`

const wishes = { codecs: ['PCMA', 'PCMU', 'G722'], srtp: 'optional', telephoneEvent: true } as const

test('an encrypted offer with text is agreed on: our codec, their first key that we can use, redundancy', () => {
  const read = readSdp(LINPHONE)
  if (!read.ok) throw new Error(read.reason)
  const audio = agreeAudio(read.session, wishes)
  if ('ok' in audio) throw new Error(audio.reason)
  expect(audio).toMatchObject({ codec: 'PCMA', payloadType: 8, eventType: 101, crypto: { tag: 2 } })
  expect(audio.remote.rtcp).toEqual({ address: '203.0.113.8', port: 7079 })
  expect(agreeText(read.session)).toMatchObject({ index: 1, t140: 98, red: 99 })
  expect(agreeAudio(read.session, { ...wishes, srtp: 'never' })).toMatchObject({ code: 'sdp.srtpNotAllowed' })
})

test('of two audio lines the first that suits is taken', () => {
  const read = readSdp(
    'v=0\r\nc=IN IP4 203.0.113.7\r\nm=audio 7000 RTP/SAVP 8\r\na=crypto:1 F8 inline:x\r\nm=audio 7002 RTP/AVP 8\r\n',
  )
  expect(read.ok && agreeAudio(read.session, wishes)).toMatchObject({ index: 1, crypto: null })
})

test.each([
  ['sendrecv', 'sendrecv', 'sendrecv'],
  ['sendonly', 'sendrecv', 'recvonly'],
  ['recvonly', 'sendrecv', 'sendonly'],
  ['inactive', 'sendrecv', 'inactive'],
  ['sendrecv', 'sendonly', 'sendonly'],
  ['sendonly', 'sendonly', 'inactive'],
] as const)('they %s, we want %s: we %s', (theirs, wanted, ours) => {
  expect(answerDirection(theirs, wanted)).toBe(ours)
})

test('no text makes it throw or take long: mutations of every byte, shuffled lines, noise', () => {
  const startedAt = performance.now()
  for (let at = 0; at < LINPHONE.length; at++)
    for (const byte of ['\0', ' ', '9', '/', '\n']) agree(LINPHONE.slice(0, at) + byte + LINPHONE.slice(at + 1))
  fc.assert(fc.property(fc.shuffledSubarray(LINPHONE.split('\n')), lines => agree(`v=0\n${lines.join('\n')}`)))
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), agree))
  agree(`v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 5 RTP/AVP ${'8 '.repeat(5000)}\r\na=rtpmap:${'1'.repeat(6000)}\r\n`)
  expect(performance.now() - startedAt).toBeLessThan(20_000)
})

function agree(sdp: string): void {
  const read = readSdp(sdp)
  if (!read.ok) {
    expect(read.status).toBe(488)
    return
  }
  agreeText(read.session)
  const audio = agreeAudio(read.session, wishes)
  if (!('ok' in audio)) expect(audio.remote.rtp.port).toBeGreaterThan(0)
}
