/** Why a server that somebody named is not connected to. `setting`: what would allow it. */
export const ADDRESS = {
  unknown: 'The server “{host}” was not found. Check its name.',
  private:
    '“{host}” is at {address}, which is not an address of the public internet. Only with {setting} may this installation connect to such.',
} as const
