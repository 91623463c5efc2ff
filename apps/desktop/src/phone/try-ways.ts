/** What became of trying one way from this browser to the voice node. */
export interface WayTried {
  /** The STUN or TURN server; null: directly. */
  url: string | null
  /** `refused`: the server does not take our credentials. `silent`: nothing came from it in time. `failed`: it answered with an error of its own, `code`. `noSound`: it is there, and still no sound reached the node by it. */
  result: 'works' | 'refused' | 'silent' | 'failed' | 'noSound'
  code: number | null
}

const WAIT_MS = 8000

/**
 * Tries each way by itself, from where this browser is: sound directly to the node, by each TURN server alone (RFC 8656), and whether a STUN server answers. What is said to work has
 * been seen to.
 * @param answer the voice node's answer to an offer
 */
export async function tryWays(
  servers: readonly RTCIceServer[],
  answer: (offer: string) => Promise<string>,
): Promise<WayTried[]> {
  const each = servers.flatMap(({ urls, ...credentials }) => [urls].flat().map(url => ({ ...credentials, urls: url })))
  return Promise.all([tryWay(null, answer), ...each.map(server => tryWay(server, answer))])
}

async function tryWay(
  server: (RTCIceServer & { urls: string }) | null,
  answer: (offer: string) => Promise<string>,
): Promise<WayTried> {
  const turn = server !== null && /^turns?:/.test(server.urls)
  const connection = new RTCPeerConnection({
    iceServers: server ? [server] : [],
    iceTransportPolicy: turn ? 'relay' : 'all',
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    connection.addTransceiver('audio', { direction: 'recvonly' })
    return await new Promise<WayTried>(resolve => {
      let code: number | null = null
      let found = !turn
      const say = (result: WayTried['result']) => resolve({ url: server?.urls ?? null, result, code })
      connection.addEventListener('icecandidateerror', event => {
        code = event.errorCode
      })
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.type === 'relay') found = true
        if (candidate !== null) return
        if (server !== null && !turn) say(resultOf(code, false))
        else if (!found) say(resultOf(code, true))
      })
      connection.addEventListener('connectionstatechange', () => {
        if (connection.connectionState === 'connected') say('works')
        if (connection.connectionState === 'failed') say('noSound')
      })
      timer = setTimeout(() => say(found ? 'noSound' : resultOf(code, true)), WAIT_MS)
      const talk = async () => {
        await connection.setLocalDescription()
        if (server !== null && !turn) return
        const sdp = await answer(connection.localDescription?.sdp ?? '')
        await connection.setRemoteDescription({ type: 'answer', sdp })
      }
      talk().catch(() => say('failed'))
    })
  } finally {
    clearTimeout(timer)
    connection.close()
  }
}

/** 701: the browser's own code for a server that it could not reach (W3C webrtc, 4.8.2); 401 and 438: credentials (RFC 8489, 14.8). */
export function resultOf(code: number | null, turn: boolean): WayTried['result'] {
  // A STUN server that says no more than our own address, as within one network, is there all the same.
  if (code === null) return turn ? 'silent' : 'works'
  if (code === 401 || code === 403 || code === 438) return 'refused'
  return code === 701 ? 'silent' : 'failed'
}
