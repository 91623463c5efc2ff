/** The part of sdp-transform (which brings no types) that we use. */
declare module 'sdp-transform' {
  export function parse(sdp: string): unknown
  export function write(session: object): string
}
