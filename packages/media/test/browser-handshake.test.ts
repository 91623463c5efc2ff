import nodeDataChannel from 'node-datachannel'
import { expect, test, vi } from 'vitest'
import { createMedia } from '../src/endpoint/create-media.ts'

test.each([
  // RFC 8842, section 5.3: who answers "passive" waits for the other's handshake.
  // Told one where it is not: reached first, this browser's library might refuse our certificate before it has stored the answer.
  [
    'tells its addresses begins the handshake itself',
    'passive',
    (offer: string) => offer.replaceAll(/^(a=candidate:.* )127\.0\.0\.1( .*)$/gm, '$1127.0.0.99$2'),
  ],
  // As browsers do that let no page see the addresses of a home network; a name by mDNS is for its own neighbours.
  [
    'hides its addresses behind names is reached when it asks',
    'active',
    (offer: string) =>
      offer.replaceAll(/^(a=candidate:.* )127\.0\.0\.1( .*)$/gm, '$1b2f1f0e4-6d3a-4c55-9f0e-1f6f0c8e2a11.local$2'),
  ],
])('a browser that %s', async (_, setup, as) => {
  const media = createMedia({
    listenAddress: '127.0.0.1',
    ports: { from: 24_020, to: 24_023 },
    ice: { portRange: { from: 24_024, to: 24_027 } },
  })
  const browser = new nodeDataChannel.PeerConnection('browser', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  })
  try {
    const audio = new nodeDataChannel.Audio('0', 'SendRecv')
    audio.addAudioCodec(8, 'PCMA/8000')
    audio.addSSRC(4711, 'browser', 'browser', 'browser')
    browser.addTrack(audio)
    const gathered = new Promise<void>(resolve =>
      browser.onGatheringStateChange(state => state === 'complete' && resolve()),
    )
    browser.setLocalDescription('offer')
    await gathered
    const told = browser.localDescription()?.sdp ?? ''
    const offer = as(told)
    expect(offer).not.toBe(told)
    const leg = media.browserLeg({})
    const answer = await leg.answer(offer)
    expect(/^a=setup:(\w+)/m.exec(answer)?.[1]).toBe(setup)
    browser.setRemoteDescription(answer, 'answer')
    await vi.waitFor(() => expect([browser.state(), leg.state]).toEqual(['connected', 'connected']), {
      timeout: 5000,
      interval: 10,
    })
  } finally {
    browser.close()
    await media.close()
  }
})
