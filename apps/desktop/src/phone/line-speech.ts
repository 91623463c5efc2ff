/** The line goes on speaking for so long after its call, so that a pause in what arrives is not taken for its end. */
export const GOES_ON_MS = 3000

/**
 * Whether the microphone is on the line. A line that nobody listens to sends nothing (its connection is kept by ICE): a thousand agents who wait would otherwise send fifty packets a second each.
 * It speaks while this page knows of a call, and from the moment the node sends it something, which is when it is in a call whatever the page knows yet.
 */
export function createLineSpeech(): { speaks(now: { at: number; wanted: boolean; heard: boolean }): boolean } {
  let neededAt = Number.NEGATIVE_INFINITY
  return {
    /** `heard`: something has come since it was last asked. */
    speaks({ at, wanted, heard }) {
      if (wanted || heard) neededAt = at
      return at - neededAt < GOES_ON_MS
    },
  }
}
