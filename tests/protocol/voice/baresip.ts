import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeWav } from '@centrala/media/wav/write.ts'
import { sine } from '../../phone-company.ts'
import { until } from '../../until.ts'

/** baresip, a SIP phone written by others, is the customer's or the agent's. */
export const baresipIsHere = spawnSync('baresip', ['-h']).error === undefined

const WAV_HEADER = 44

/** A telephone that says a tone, does what it is told, and keeps what it hears. */
export interface Baresip {
  /** A command as typed at its prompt: `dial sip:…`, `accept`, `hangup`, `sndcode 1`, `transfer sip:…`, `hold`, `resume`. */
  do(command: string, params?: string): void
  /** How often something of this kind has happened: `REGISTER_OK`, `CALL_INCOMING`, `CALL_ESTABLISHED`, `CALL_CLOSED`. */
  count(event: string): number
  /** Its own account of all that happened. */
  said(): string
  /** What it heard in its calls, 8 kHz. */
  heard(): Promise<Int16Array>
  close(): Promise<void>
}

/** Starts one: SIP at `port` (TLS at the next), its commands at the one after; `rtp` is a range for media; `account` as baresip writes accounts. */
export async function startBaresip(options: {
  account: string
  port: number
  rtp: string
  hertz: number
  /** More lines of its configuration, such as `module srtp.so`. */
  settings?: readonly string[]
}): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'centrala-baresip-'))
  const file = (name: string) => join(folder, name)
  await writeFile(file('voice.wav'), writeWav({ sampleRate: 8000, channels: [sine(options.hertz, 8000, 60)] }))
  const lines = [
    `sip_listen 127.0.0.1:${options.port}`,
    'module_path /usr/lib/baresip/modules',
    ...['g711', 'aufile', 'sndfile', 'ctrl_tcp'].map(name => `module ${name}.so`),
    ...['account', 'menu'].map(name => `module_app ${name}.so`),
    `ctrl_tcp_listen 127.0.0.1:${options.port + 2}`,
    `audio_source aufile,${file('voice.wav')}`,
    `audio_player aufile,${file('played.wav')}`,
    `audio_alert aufile,${file('alert.wav')}`,
    `snd_path ${folder}`,
    `rtp_ports ${options.rtp}`,
    'audio_srate 8000-8000',
    'audio_channels 1-1',
    ...(options.settings ?? []),
  ]
  await writeFile(file('config'), `${lines.join('\n')}\n`)
  await writeFile(file('accounts'), `${options.account}\n`)
  await writeFile(file('contacts'), '')
  const child = spawn('baresip', ['-4', '-f', folder], { stdio: 'ignore' })
  let said = ''
  const control = await until(() => open(options.port + 2), 'baresip to take commands')
  control.on('data', chunk => {
    said += chunk
  })
  return {
    do(command, params = '') {
      const text = JSON.stringify({ command, params })
      control.write(`${Buffer.byteLength(text)}:${text},`)
    },
    count: event => said.split(`"type":"${event}"`).length - 1,
    said: () => said,
    async heard() {
      const pieces: Int16Array[] = []
      for (const name of (await readdir(folder)).filter(one => /dec\.wav$/.test(one)).sort()) {
        // Its length is written into the header only at the end: what follows the header is sound.
        const bytes = (await readFile(file(name))).subarray(WAV_HEADER)
        pieces.push(Int16Array.from({ length: bytes.length >> 1 }, (_, at) => bytes.readInt16LE(at * 2)))
      }
      return Int16Array.from(pieces.flatMap(piece => [...piece]))
    },
    async close() {
      control.destroy()
      await ended(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function open(port: number): Promise<Socket | null> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', () => resolve(null))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 3000)
  await gone
  clearTimeout(late)
}
