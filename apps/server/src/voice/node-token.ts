import { deriveKey } from '@centrala/store/secret.ts'

/** What a voice node shows as its bearer: NODE_TOKEN where it is set, else derived from the installation's secret, so that a node beside the server needs no setting up. */
export function nodeToken(secret: string, given: string | undefined): string {
  return given ?? deriveKey(secret, 'voice node').toString('base64url')
}
