export type MediaErrorCode =
  | 'media.full'
  | 'media.noPorts'
  | 'media.bind'
  | 'media.closed'
  | 'media.badDigit'
  | 'media.badOffer'
  | 'media.webrtc'
  | 'media.record'
  | 'media.badSound'

const STATUS: Record<MediaErrorCode, number> = {
  'media.full': 503,
  'media.noPorts': 503,
  'media.bind': 500,
  'media.closed': 410,
  'media.badDigit': 400,
  'media.badOffer': 400,
  'media.webrtc': 500,
  'media.record': 500,
  'media.badSound': 400,
}

/** A refusal or fault of the media engine. `retryable`: the same call may succeed later. */
export class MediaError extends Error {
  readonly code: MediaErrorCode
  readonly status: number
  readonly retryable: boolean
  constructor(code: MediaErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'MediaError'
    this.code = code
    this.status = STATUS[code]
    this.retryable = this.status === 503
  }
}
