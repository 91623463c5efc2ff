import koffi, { type LibraryHandle } from 'koffi'

/**
 * Debian's libspandsp 0.0.6: tones, modems and codecs written by others, called only by these tests. Its C headers are not installed, so the prototypes stand
 * below as version 0.0.6 has them.
 */
export interface Spandsp {
  /** Digits as tones. */
  dtmf(digits: string): Int16Array
  readDtmf(pcm: Int16Array): string
  /** Bits (0 or 1) by its FSK modem; what comes before the first and after the last is mark. */
  modulate(preset: FskPreset, bits: readonly number[]): Int16Array
  /** The characters (start, five bits, stop) that its FSK modem frames. */
  demodulate(preset: FskPreset, pcm: Int16Array): number[]
  /** Its V.18 coder's five-bit codes, shifts included. */
  baudot(text: string): number[]
  readBaudot(codes: readonly number[]): string
  /** All of V.18: its text telephone speaks, or reads. */
  telephone(preset: FskPreset, text: string): Int16Array
  readTelephone(preset: FskPreset, pcm: Int16Array): string
  /** Reads as it hears. */
  telephoneReader(preset: FskPreset): { hear(pcm: Int16Array): void; text(): string; close(): void }
  /** A fax machine's calling or answering tone; `ansam` is V.34's, modulated and with its phase reversed every 0.45 s. */
  faxTone(kind: 'cng' | 'ced' | 'ansam', samples: number): Int16Array
  /** It hears that tone. */
  hearsFaxTone(kind: 'cng' | 'ced' | 'ansam', pcm: Int16Array): boolean
  encodeG722(pcm: Int16Array): Uint8Array
  decodeG722(bytes: Uint8Array): Int16Array
}

export type FskPreset = 'weitbrecht45' | 'weitbrecht50'

/** Index into preset_fsk_specs, and the V.18 mode (5BIT_45, 5BIT_50). */
const PRESET: Readonly<Record<FskPreset, { spec: number; mode: number }>> = {
  weitbrecht45: { spec: 7, mode: 1 },
  weitbrecht50: { spec: 8, mode: 2 },
}
const FAX_TONE = { cng: 1, ced: 2, ansam: 5 } as const

/** Loads the library; null where it is not installed. */
export function loadSpandsp(): Spandsp | null {
  let lib: LibraryHandle
  try {
    lib = koffi.load('libspandsp.so.2')
  } catch {
    return null
  }
  return { ...digits(lib), ...fsk(lib), ...v18(lib), ...fax(lib), ...g722(lib) }
}

function digits(lib: LibraryHandle): Pick<Spandsp, 'dtmf' | 'readDtmf'> {
  const txInit = lib.func('void *dtmf_tx_init(void *s)')
  const put = lib.func('int dtmf_tx_put(void *s, const char *digits, int length)')
  const tx = lib.func('int dtmf_tx(void *s, _Out_ int16_t *amp, int length)')
  const rxInit = lib.func('void *dtmf_rx_init(void *s, void *callback, void *user)')
  const rx = lib.func('int dtmf_rx(void *s, const int16_t *amp, int length)')
  const get = lib.func('size_t dtmf_rx_get(void *s, _Out_ uint8_t *digits, int max)')
  return {
    dtmf: text => {
      const state = txInit(null)
      put(state, text, text.length)
      const pcm = new Int16Array(text.length * 2000)
      return pcm.slice(0, tx(state, pcm, pcm.length))
    },
    readDtmf: pcm => {
      const state = rxInit(null, null, null)
      const found = new Uint8Array(128)
      let text = ''
      for (let i = 0; i < pcm.length; i += 160) {
        const frame = pcm.subarray(i, i + 160)
        rx(state, frame, frame.length)
        text += new TextDecoder().decode(found.subarray(0, Number(get(state, found, 128))))
      }
      return text
    },
  }
}

function fsk(lib: LibraryHandle): Pick<Spandsp, 'modulate' | 'demodulate'> {
  const spec = koffi.struct({ name: 'const char *', zero: 'int', one: 'int', tx: 'int', min: 'int', baud: 'int' })
  const specs = koffi.decode(lib.symbol('preset_fsk_specs', koffi.array(spec, 10)), koffi.array(spec, 10)) as unknown[]
  const getBit = koffi.pointer(koffi.proto('int (void *user)'))
  const putBit = koffi.pointer(koffi.proto('void (void *user, int bit)'))
  const txInit = lib.func('fsk_tx_init', 'void *', ['void *', koffi.pointer(spec), getBit, 'void *'])
  const tx = lib.func('int fsk_tx(void *s, _Out_ int16_t *amp, int length)')
  const rxInit = lib.func('fsk_rx_init', 'void *', ['void *', koffi.pointer(spec), 'int', putBit, 'void *'])
  const rx = lib.func('int fsk_rx(void *s, const int16_t *amp, int length)')
  return {
    modulate: (preset, bits) => {
      let next = 0
      const callback = koffi.register(() => bits[next++] ?? 1, getBit)
      const state = txInit(null, specs[PRESET[preset].spec], callback, null)
      const pcm = new Int16Array((bits.length + 10) * 176)
      tx(state, pcm, pcm.length)
      koffi.unregister(callback)
      return pcm
    },
    demodulate: (preset, pcm) => {
      const codes: number[] = []
      const callback = koffi.register((_user: unknown, code: number) => {
        // Below zero: the carrier came or went.
        if (code >= 0) codes.push(code & 0x1f)
      }, putBit)
      // Framing mode 7: characters of seven bits, start and stop included.
      const state = rxInit(null, specs[PRESET[preset].spec], 7, callback, null)
      rx(state, pcm, pcm.length)
      koffi.unregister(callback)
      return codes
    },
  }
}

function v18(
  lib: LibraryHandle,
): Pick<Spandsp, 'baudot' | 'readBaudot' | 'telephone' | 'telephoneReader' | 'readTelephone'> {
  const putMessage = koffi.pointer(koffi.proto('void (void *user, const uint8_t *message, int length)'))
  const init = lib.func('v18_init', 'void *', ['void *', 'int', 'int', putMessage, 'void *'])
  const put = lib.func('int v18_put(void *s, const char *text, int length)')
  const tx = lib.func('int v18_tx(void *s, _Out_ int16_t *amp, int length)')
  const rx = lib.func('int v18_rx(void *s, const int16_t *amp, int length)')
  const encode = lib.func('uint16_t v18_encode_baudot(void *s, uint8_t character)')
  const decode = lib.func('uint8_t v18_decode_baudot(void *s, uint8_t code)')
  const open = (mode: number, onText: (text: string) => void): { state: unknown; close: () => void } => {
    const callback = koffi.register((_user: unknown, message: unknown, length: number) => {
      onText(String.fromCharCode(...(koffi.decode(message, koffi.array('uint8_t', length)) as Uint8Array)))
    }, putMessage)
    return { state: init(null, 0, mode, callback, null), close: () => koffi.unregister(callback) }
  }
  const telephoneReader: Spandsp['telephoneReader'] = preset => {
    let text = ''
    const { state, close } = open(PRESET[preset].mode, piece => {
      text += piece
    })
    const hear = (pcm: Int16Array) => {
      for (let i = 0; i < pcm.length; i += 160) rx(state, pcm.subarray(i, i + 160), Math.min(160, pcm.length - i))
    }
    return { hear, text: () => text, close }
  }
  return {
    baudot: text => {
      const { state, close } = open(1, () => {})
      const codes: number[] = []
      for (const character of text) {
        const coded = Number(encode(state, character.charCodeAt(0)))
        const shift = (coded >> 5) & 0x1f
        if (coded & 0x8000 && shift !== 0) codes.push(shift)
        codes.push(coded & 0x1f)
      }
      close()
      return codes
    },
    readBaudot: codes => {
      const { state, close } = open(1, () => {})
      const text = codes.map(code => Number(decode(state, code))).filter(character => character !== 0)
      close()
      return String.fromCharCode(...text)
    },
    telephone: (preset, text) => {
      const { state, close } = open(PRESET[preset].mode, () => {})
      put(state, text, text.length)
      const pcm = new Int16Array((text.length * 2 + 10) * 9 * 176)
      for (let i = 0; i < pcm.length; i += 160) tx(state, pcm.subarray(i, i + 160), Math.min(160, pcm.length - i))
      close()
      return pcm
    },
    telephoneReader,
    readTelephone: (preset, pcm) => {
      const reader = telephoneReader(preset)
      reader.hear(pcm)
      const text = reader.text()
      reader.close()
      return text
    },
  }
}

function fax(lib: LibraryHandle): Pick<Spandsp, 'faxTone' | 'hearsFaxTone'> {
  const txInit = lib.func('void *modem_connect_tones_tx_init(void *s, int tone)')
  const tx = lib.func('int modem_connect_tones_tx(void *s, _Out_ int16_t *amp, int length)')
  const rxInit = lib.func('void *modem_connect_tones_rx_init(void *s, int tone, void *callback, void *user)')
  const rx = lib.func('int modem_connect_tones_rx(void *s, const int16_t *amp, int length)')
  const get = lib.func('int modem_connect_tones_rx_get(void *s)')
  return {
    faxTone: (kind, samples) => {
      const pcm = new Int16Array(samples)
      tx(txInit(null, FAX_TONE[kind]), pcm, samples)
      return pcm
    },
    hearsFaxTone: (kind, pcm) => {
      const state = rxInit(null, FAX_TONE[kind], null, null)
      let heard = false
      for (let i = 0; i < pcm.length; i += 160) {
        rx(state, pcm.subarray(i, i + 160), Math.min(160, pcm.length - i))
        heard ||= get(state) === FAX_TONE[kind]
      }
      return heard
    },
  }
}

function g722(lib: LibraryHandle): Pick<Spandsp, 'encodeG722' | 'decodeG722'> {
  const encodeInit = lib.func('void *g722_encode_init(void *s, int rate, int options)')
  const encode = lib.func('int g722_encode(void *s, _Out_ uint8_t *out, const int16_t *amp, int length)')
  const decodeInit = lib.func('void *g722_decode_init(void *s, int rate, int options)')
  const decode = lib.func('int g722_decode(void *s, _Out_ int16_t *amp, const uint8_t *bytes, int length)')
  return {
    encodeG722: pcm => {
      const bytes = new Uint8Array(pcm.length >> 1)
      encode(encodeInit(null, 64_000, 0), bytes, pcm, pcm.length)
      return bytes
    },
    decodeG722: bytes => {
      const pcm = new Int16Array(bytes.length * 2)
      decode(decodeInit(null, 64_000, 0), pcm, bytes, bytes.length)
      return pcm
    },
  }
}
