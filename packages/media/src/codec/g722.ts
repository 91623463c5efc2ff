import type { Decoder, Encoder } from './codec.ts'

/** G.722 at 64 kbit/s, 16 kHz. */
export class G722Encoder implements Encoder {
  encode(_pcm: Int16Array, _out: Uint8Array): number {
    throw new Error('G.722 comes next')
  }
}

/** G.722 at 64 kbit/s, 16 kHz. */
export class G722Decoder implements Decoder {
  decode(_bytes: Uint8Array, _out: Int16Array): number {
    throw new Error('G.722 comes next')
  }
}
