/**
 * QR codes (ISO/IEC 18004), byte mode, error correction level M, versions 1 to 15: enough for an `otpauth:` address. Returns
 * the modules, row by row, true for dark, without the quiet zone.
 */
const EC_PER_BLOCK = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24]
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10]

/** Modules that carry data in a version, function patterns taken off. */
function rawModules(version: number): number {
  let bits = (16 * version + 128) * version + 64
  if (version >= 2) {
    const aligned = Math.floor(version / 7) + 2
    bits -= (25 * aligned - 10) * aligned - 55
    if (version >= 7) bits -= 36
  }
  return bits
}
const dataBytes = (version: number) =>
  Math.floor(rawModules(version) / 8) - (EC_PER_BLOCK[version - 1] ?? 0) * (BLOCKS[version - 1] ?? 0)

function multiply(x: number, y: number): number {
  let z = 0
  for (let i = 7; i >= 0; i--) {
    z = (z << 1) ^ ((z >>> 7) * 0x11d)
    z ^= ((y >>> i) & 1) * x
  }
  return z
}
function divisor(degree: number): number[] {
  const result: number[] = [...Array<number>(degree - 1).fill(0), 1]
  let root = 1
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) result[j] = multiply(result[j] ?? 0, root) ^ (result[j + 1] ?? 0)
    root = multiply(root, 2)
  }
  return result
}
function remainder(data: readonly number[], by: readonly number[]): number[] {
  const result = by.map(() => 0)
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0)
    result.push(0)
    by.forEach((coefficient, i) => {
      result[i] = (result[i] ?? 0) ^ multiply(coefficient, factor)
    })
  }
  return result
}

function codewords(text: string): { version: number; bytes: number[] } {
  const data = [...new TextEncoder().encode(text)]
  const version = Array.from({ length: 15 }, (_, i) => i + 1).find(
    candidate => data.length + (candidate < 10 ? 2 : 3) <= dataBytes(candidate),
  )
  if (version === undefined) throw new RangeError('Too long for a QR code of version 15.')
  const bits: number[] = []
  const push = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1)
  }
  push(4, 4)
  push(data.length, version < 10 ? 8 : 16)
  for (const byte of data) push(byte, 8)
  const capacity = dataBytes(version) * 8
  push(0, Math.min(4, capacity - bits.length))
  push(0, (8 - (bits.length % 8)) % 8)
  const bytes: number[] = []
  for (let i = 0; i < bits.length; i += 8) bytes.push(bits.slice(i, i + 8).reduce((sum, bit) => (sum << 1) | bit, 0))
  for (let pad = 0xec; bytes.length < capacity / 8; pad ^= 0xec ^ 0x11) bytes.push(pad)

  const blocks = BLOCKS[version - 1] ?? 1
  const ecLength = EC_PER_BLOCK[version - 1] ?? 10
  const total = Math.floor(rawModules(version) / 8)
  const short = blocks - (total % blocks)
  const shortLength = Math.floor(total / blocks) - ecLength
  const by = divisor(ecLength)
  const dataBlocks: number[][] = []
  let at = 0
  for (let i = 0; i < blocks; i++) {
    const length = shortLength + (i < short ? 0 : 1)
    dataBlocks.push(bytes.slice(at, at + length))
    at += length
  }
  const ecBlocks = dataBlocks.map(block => remainder(block, by))
  const out: number[] = []
  for (let i = 0; i <= shortLength; i++) for (const block of dataBlocks) if (i < block.length) out.push(block[i] ?? 0)
  for (let i = 0; i < ecLength; i++) for (const block of ecBlocks) out.push(block[i] ?? 0)
  return { version, bytes: out }
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

export function qrCode(text: string): boolean[][] {
  const { version, bytes } = codewords(text)
  const size = version * 4 + 17
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const set = (x: number, y: number, value: boolean) => {
    const row = dark[y]
    const fixedRow = fixed[y]
    if (row === undefined || fixedRow === undefined || x < 0 || x >= size) return
    row[x] = value
    fixedRow[x] = true
  }
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  for (const [cx, cy] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    for (let dy = -4; dy <= 4; dy++)
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4)
      }
  if (version > 1) {
    const count = Math.floor(version / 7) + 2
    const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2
    const places = [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - (count - 2 - i) * step)]
    for (const cx of places)
      for (const cy of places) {
        const corner = (cx === 6 && cy === 6) || (cx === 6 && cy === size - 7) || (cx === size - 7 && cy === 6)
        if (corner) continue
        for (let dy = -2; dy <= 2; dy++)
          for (let dx = -2; dx <= 2; dx++) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
      }
  }
  const format = (mask: number) => {
    // Level M is 00; BCH(15,5) and the fixed mask of the standard.
    let rest = mask
    for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537)
    const bits = ((mask << 10) | rest) ^ 0x5412
    const bit = (i: number) => ((bits >>> i) & 1) !== 0
    for (let i = 0; i <= 5; i++) set(8, i, bit(i))
    set(8, 7, bit(6))
    set(8, 8, bit(7))
    set(7, 8, bit(8))
    for (let i = 9; i < 15; i++) set(14 - i, 8, bit(i))
    for (let i = 0; i < 8; i++) set(size - 1 - i, 8, bit(i))
    for (let i = 8; i < 15; i++) set(8, size - 15 + i, bit(i))
    set(8, size - 8, true)
  }
  format(0)
  if (version >= 7) {
    let rest = version
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25)
    const bits = (version << 12) | rest
    for (let i = 0; i < 18; i++) {
      const a = size - 11 + (i % 3)
      const b = Math.floor(i / 3)
      set(a, b, ((bits >>> i) & 1) !== 0)
      set(b, a, ((bits >>> i) & 1) !== 0)
    }
  }
  let index = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let vertical = 0; vertical < size; vertical++)
      for (let j = 0; j < 2; j++) {
        const x = right - j
        const y = ((right + 1) & 2) === 0 ? size - 1 - vertical : vertical
        const row = dark[y]
        if (fixed[y]?.[x] || row === undefined || index >= bytes.length * 8) continue
        row[x] = (((bytes[index >>> 3] ?? 0) >>> (7 - (index & 7))) & 1) !== 0
        index++
      }
  }
  // Any mask is right; the one that looks least like a finder pattern reads best.
  const masked = (mask: number) => {
    format(mask)
    return dark.map((row, y) => row.map((value, x) => (fixed[y]?.[x] ? value : value !== MASKS[mask]?.(x, y))))
  }
  let best = masked(0)
  let least = penalty(best)
  for (let mask = 1; mask < 8; mask++) {
    const candidate = masked(mask)
    const points = penalty(candidate)
    if (points < least) {
      least = points
      best = candidate
    }
  }
  return best
}

/** Rules 1, 2 and 4 of the standard; rule 3 is left out, since it seldom decides. */
function penalty(modules: boolean[][]): number {
  const size = modules.length
  const at = (x: number, y: number) => modules[y]?.[x] ?? false
  let points = 0
  let darks = 0
  for (let a = 0; a < size; a++) {
    let [row, column] = [1, 1]
    for (let b = 0; b < size; b++) {
      if (at(b, a)) darks++
      if (b > 0) {
        row = at(b, a) === at(b - 1, a) ? row + 1 : 1
        column = at(a, b) === at(a, b - 1) ? column + 1 : 1
        points += (row === 5 ? 3 : row > 5 ? 1 : 0) + (column === 5 ? 3 : column > 5 ? 1 : 0)
      }
      if (a > 0 && b > 0 && at(b, a) === at(b - 1, a) && at(b, a) === at(b, a - 1) && at(b, a) === at(b - 1, a - 1))
        points += 3
    }
  }
  return points + Math.floor(Math.abs(darks * 20 - size * size * 10) / (size * size)) * 10
}
