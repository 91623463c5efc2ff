import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Dovecot and Postfix as they run anywhere, but as instances of our own: configuration, queue, mail and sockets in a
 * temporary folder, on free ports of the loopback interface. The system's services are never touched.
 */
export interface MailServers {
  /** On 127.0.0.1 with everything Dovecot has, on 127.0.0.2 without IDLE. */
  imapPort: number
  imapsPort: number
  smtpPort: number
  /** Mail to `@intake.example` goes by SMTP to this port, where a test may listen. */
  intakePort: number
  /** PEM of the certificate both servers show (localhost, 127.0.0.1). */
  certificate: string
  domain: string
  password: string
  /** A token that Dovecot accepts for XOAUTH2. */
  accessToken(user: string, lifetimeSeconds: number): string
  /** kill -9 to all of Dovecot. */
  killDovecot(): Promise<void>
  startDovecot(): Promise<void>
  /** What the servers wrote to their logs, for a failing test. */
  logs(): string
  stop(): Promise<void>
}

export const USERS = ['support', 'ana', 'marko', 'empty'] as const
const DOMAIN = 'example.com'
const PASSWORD = 'correct horse'
const TOKEN_KEY = 'a key that only this test run knows'
const PACKAGES = ['dovecot-imapd', 'dovecot-lmtpd', 'postfix', 'openssl']
const PROGRAMS = ['/usr/sbin/dovecot', '/usr/lib/dovecot/lmtp', '/usr/sbin/postfix', '/usr/bin/openssl']

/** Null where the servers can run, installing them where that is possible; else why not. */
export function mailServersMissing(): string | null {
  if (process.platform !== 'linux') return 'Dovecot and Postfix are run only on Linux'
  if (process.getuid?.() !== 0) return 'Dovecot and Postfix need to be started by root'
  if (PROGRAMS.every(existsSync)) return null
  if (!existsSync('/usr/bin/apt-get')) return `${PACKAGES.join(', ')} are not installed and there is no apt-get`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // A container's system services must not start by being installed.
  const options = { env, encoding: 'utf8', timeout: 240_000 } as const
  spawnSync('apt-get', ['update', '-qq'], options)
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES], options)
  return PROGRAMS.every(existsSync) ? null : `${PACKAGES.join(', ')} could not be installed`
}

export async function startMailServers(): Promise<MailServers> {
  const folder = mkdtempSync(join(tmpdir(), 'centrala-mail-'))
  const [imapPort, imapsPort, lmtpPort, authPort, smtpPort, intakePort] = await freePorts(6)
  const ports = { imapPort, imapsPort, lmtpPort, authPort, smtpPort, intakePort } as Ports
  execFileSync('chmod', ['755', folder])
  makeCertificate(folder)
  configureDovecot(folder, ports)
  configurePostfix(folder, ports)

  let dovecot = runDovecot(folder)
  await answers(ports.imapPort, folder)
  const postfix = spawn('/usr/sbin/postfix', ['-c', join(folder, 'postfix'), 'start-fg'], {
    stdio: 'ignore',
    detached: true,
  })
  await answers(ports.smtpPort, folder)
  // What Postfix put off it tries again within a second, where its own timer may take minutes.
  const retrying = setInterval(() => {
    spawn('/usr/sbin/postqueue', ['-c', join(folder, 'postfix'), '-f'], { stdio: 'ignore' })
  }, 1000)

  return {
    imapPort: ports.imapPort,
    imapsPort: ports.imapsPort,
    smtpPort: ports.smtpPort,
    intakePort: ports.intakePort,
    certificate: readFileSync(join(folder, 'cert.pem'), 'utf8'),
    domain: DOMAIN,
    password: PASSWORD,
    accessToken,
    async killDovecot() {
      await endGroup(dovecot, 'SIGKILL')
      await silent(ports.imapPort)
    },
    async startDovecot() {
      dovecot = runDovecot(folder)
      await answers(ports.imapPort, folder)
    },
    logs: () => logsOf(folder),
    async stop() {
      clearInterval(retrying)
      spawnSync('/usr/sbin/postfix', ['-c', join(folder, 'postfix'), 'abort'], { stdio: 'ignore', timeout: 20_000 })
      await endGroup(postfix, 'SIGKILL')
      await endGroup(dovecot, 'SIGTERM')
      await silent(ports.smtpPort)
      await silent(ports.imapPort)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface Ports {
  imapPort: number
  imapsPort: number
  lmtpPort: number
  authPort: number
  smtpPort: number
  intakePort: number
}

/** Below those that the system hands out by itself, of which somebody could be given one before a server binds it. Each test worker has a hundred of its own. */
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let port = 28_000 + 100 * Number(process.env.VITEST_POOL_ID ?? 0); ports.length < count; port++)
    if (await isFree(port)) ports.push(port)
  return ports
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

function makeCertificate(folder: string): void {
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'].concat(
      ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
    ),
    { stdio: 'ignore' },
  )
}

function configureDovecot(folder: string, ports: Ports): void {
  for (const name of ['mail', 'run', 'state', 'keys/default/HS256']) mkdirSync(join(folder, name), { recursive: true })
  execFileSync('chown', ['mail:mail', join(folder, 'mail')])
  const users = USERS.map(user => `${user}@${DOMAIN}:{PLAIN}${PASSWORD}::::::`)
  writeFileSync(join(folder, 'users'), `${users.join('\n')}\n`)
  writeFileSync(join(folder, 'keys/default/HS256/default'), Buffer.from(TOKEN_KEY).toString('base64'))
  writeFileSync(
    join(folder, 'oauth2.conf'),
    `introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${folder}/keys/
username_attribute = email
`,
  )
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `protocols = imap lmtp
listen = 127.0.0.1, 127.0.0.2
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
instance_name = ${folder}
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%u
recipient_delimiter = +
namespace inbox {
  inbox = yes
}
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = ${folder}/oauth2.conf
}
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u ${folder}/users
}
userdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
  override_fields = uid=mail gid=mail home=${folder}/mail/%u
}
# A server as old ones are: no IDLE.
local 127.0.0.2 {
  protocol imap {
    imap_capability = IMAP4rev1 UIDPLUS
  }
}
service imap-login {
  inet_listener imap {
    port = ${ports.imapPort}
  }
  inet_listener imaps {
    port = ${ports.imapsPort}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${ports.lmtpPort}
  }
}
service auth {
  inet_listener {
    port = ${ports.authPort}
  }
}
`,
  )
}

function configurePostfix(folder: string, ports: Ports): void {
  for (const name of ['postfix', 'spool', 'data']) mkdirSync(join(folder, name))
  execFileSync('chown', ['postfix', join(folder, 'data')])
  writeFileSync(join(folder, 'mailboxes'), USERS.map(user => `${user}@${DOMAIN} ${user}\n`).join(''))
  writeFileSync(join(folder, 'transport'), `intake.example smtp:[127.0.0.1]:${ports.intakePort}\n`)
  writeFileSync(
    join(folder, 'postfix/main.cf'),
    `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
myhostname = mail.${DOMAIN}
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks_style = host
mynetworks = 127.0.0.0/8
recipient_delimiter = +
virtual_mailbox_domains = ${DOMAIN}
virtual_mailbox_maps = texthash:${folder}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:${ports.lmtpPort}
relay_domains = intake.example
transport_maps = texthash:${folder}/transport
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${folder}/cert.pem
smtpd_tls_key_file = ${folder}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${ports.authPort}
smtpd_recipient_restrictions = check_recipient_access inline:{ { later@${DOMAIN} = 451 4.3.0 come back later } }, permit_mynetworks, reject
message_size_limit = 1000000
mailbox_size_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
`,
  )
  writeFileSync(
    join(folder, 'postfix/master.cf'),
    `127.0.0.1:${ports.smtpPort} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`,
  )
}

function runDovecot(folder: string): ChildProcess {
  return spawn('/usr/sbin/dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore', detached: true })
}

function accessToken(user: string, lifetimeSeconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user, email: user, iat: now, exp: now + lifetimeSeconds })}`
  return `${signed}.${createHmac('sha256', TOKEN_KEY).update(signed).digest('base64url')}`
}

async function endGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  process.kill(-child.pid, signal)
  await ended
}

const PATIENCE_MS = 20_000

async function answers(port: number, folder: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  while (!(await isListening(port))) {
    if (Date.now() > until) throw new Error(`Nothing listens on port ${port}.\n${logsOf(folder)}`)
    await sleep(50)
  }
}

async function silent(port: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  while (await isListening(port)) {
    if (Date.now() > until) throw new Error(`Something still listens on port ${port}`)
    await sleep(50)
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function logsOf(folder: string): string {
  return ['dovecot.log', 'postfix.log']
    .map(name => join(folder, name))
    .filter(existsSync)
    .map(name => `--- ${name}\n${readFileSync(name, 'utf8').slice(-6000)}`)
    .join('\n')
}
