/** What a line's connection has seen so far; counters grow from its beginning. */
export interface WatchSample {
  at: number
  packetsReceived: number
  /** Connectivity checks we sent and answers that came (RFC 7675); null where the browser does not tell. */
  checksSent: number | null
  checksAnswered: number | null
}

/** During a call a packet comes every 20 ms: this long without one is suspicious. */
export const DEAF_MS = 1200
/** A check that goes unanswered for so long is lost: a round trip takes a tenth of it. */
const UNANSWERED_MS = 700

/**
 * Tells a broken connection from a quiet one, in two seconds or three, where browsers take six. Packets alone do not tell: a caller whose provider leaves
 * silence out sends none while listening. So a check that nobody answers has to come to it.
 */
export function createLineWatch(): { see(sample: WatchSample): boolean; reset(): void } {
  let packets = -1
  let heardAt = 0
  let answered = -1
  let sentThen = 0
  let waitingSince = 0
  return {
    /** Whether the line is deaf. */
    see({ at, packetsReceived, checksSent, checksAnswered }) {
      if (packetsReceived !== packets) {
        packets = packetsReceived
        heardAt = at
      }
      if (checksSent === null || checksAnswered === null) return false
      if (checksAnswered !== answered) {
        answered = checksAnswered
        sentThen = checksSent
        waitingSince = 0
      } else if (checksSent > sentThen && waitingSince === 0) waitingSince = at
      return at - heardAt > DEAF_MS && waitingSince > 0 && at - waitingSince > UNANSWERED_MS
    },
    reset() {
      packets = -1
      answered = -1
      waitingSince = 0
    },
  }
}
