/** What the phrases of states are in English: the server's own words. */
export { ENGLISH as default } from '@centrala/api/phrase-english.ts'
