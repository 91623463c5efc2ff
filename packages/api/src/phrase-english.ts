/** What the phrases of states are in English: one text for server and desktop. */
export { ENGLISH } from '@centrala/core/phrase/english/english.ts'
