/** Every way `sip` refuses or fails that is not a bug. `retryable`: the same call may work later or over another target. */
export const sipFaults = {
  'header.malformed': { retryable: false },
  'uri.malformed': { retryable: false },
  'address.inUse': { retryable: true },
  'certificate.missing': { retryable: false },
  'transport.none': { retryable: false },
  'message.tooLarge': { retryable: false },
  'connection.gone': { retryable: true },
  'connection.failed': { retryable: true },
  'connection.tooMany': { retryable: true },
  'connection.slow': { retryable: true },
  'transport.closed': { retryable: false },
  'host.notFound': { retryable: true },
} as const

export type SipErrorCode = keyof typeof sipFaults

/** A failure of the SIP package. `message` says what happened and what to do; `code` is stable and may be switched on. */
export class SipError extends Error {
  readonly code: SipErrorCode
  readonly retryable: boolean

  constructor(code: SipErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SipError'
    this.code = code
    this.retryable = sipFaults[code].retryable
  }
}
