/** How a mailbox is from which mail is fetched. `said`: the other side's own words. */
export const MAILBOX = {
  connecting: 'Connecting to the mail server.',
  connected: 'Connected; new mail arrives at once.',
  connectedPolling: 'Connected; looking for new mail every {seconds, plural, one {second} other {# seconds}}.',
  signedIn: 'Signed in as {user}. The folder “{folder}” holds {count, plural, one {# mail} other {# mails}}.',
  noWayIn:
    'No mail will come in: there is neither a mailbox nor an address of the built-in intake. Set up one of them.',
  intakeOnly: 'Receives by the built-in SMTP intake; set an SMTP server to send.',
  notStored: 'A mail could not be stored here. It stays in the mailbox and is fetched again as soon as storing works.',
  passwordRefused:
    'The mail server {host} refused the user “{user}” with the password. Write the password again; some providers want an app password.',
  oauthRefused: 'The mail server {host} refused the user “{user}” with the OAuth 2 sign-in. Connect the account again.',
  noFolder: 'The mailbox has no folder “{folder}”. Choose another folder or create it.',
  hostUnknown: 'The mail server “{host}” was not found. Check the server’s name.',
  nothingThere: 'Nothing answers at {host}:{port}. Check the port, and whether the mail server is running.',
  certificateInvalid:
    'The certificate of {host} is not valid ({said}). Have it renewed, or add the certificate of your own authority.',
  noTls: '{host}:{port} does not speak TLS from the start. Choose STARTTLS, or the port for TLS (usually 993).',
  noStarttls: '{host}:{port} offers no STARTTLS. Choose TLS with its port (usually 993).',
  noAnswer: '{host}:{port} does not answer. Check name, port and firewall.',
  connectionLost: 'The connection to {host}:{port} was lost. It is being made again.',
  failed: 'The mail server {host} failed: {said}. It is tried again.',
  failedSomehow: 'The mailbox at {host}:{port} failed for an unknown reason. It is tried again.',
} as const
