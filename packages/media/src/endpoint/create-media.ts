import type { Media, MediaOptions } from './media.ts'

/** Starts a media engine. Nothing is bound until the first leg. */
export function createMedia(_options: MediaOptions): Media {
  throw new Error('The engine follows its surface.')
}
