/** Whether there is an OpenID Connect provider behind an address. */
export const IDENTITY_PROVIDER = {
  answers: 'The provider answers, and is {host}.',
  noTokenEndpoint: 'There is a provider, but it names no token endpoint.',
  otherIssuer:
    'The settings there name another issuer. Write the issuer exactly as the provider does, with or without the slash at the end.',
  notSafe: 'Write an address that begins with https.',
  notFound: 'No provider’s settings were found at {place}. Check the address.',
} as const
