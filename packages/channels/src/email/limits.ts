/** What one mail may cost. Beyond these it is kept as a file and shown as unreadable, never dropped. */
export const MAX_MAIL_BYTES = 64 * 1024 * 1024
export const MAX_HEADER_BYTES = 512 * 1024
export const MAX_MIME_DEPTH = 64
export const MAX_NESTED_MESSAGES = 3
/** More parts than this are left in the attached original. */
export const MAX_FILES = 200
export const MAX_HTML_CHARS = 2_000_000
export const MAX_TEXT_CHARS = 1_000_000
export const MAX_REFERENCES = 50
export const MAX_SUBJECT_CHARS = 500
export const MAX_RECIPIENTS = 500
/** Wall-clock time and heap for reading one mail, in its own thread. */
export const READ_TIMEOUT_MS = 20_000
export const READ_HEAP_MB = 512

/** On top of a mail of which only the beginning was fetched; its value is the full size in bytes. */
export const TRUNCATED_HEADER = 'X-Centrala-Truncated'
