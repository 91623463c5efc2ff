import { canonicalName, headerKey, listHeaders } from './header-names.ts'
import { splitList } from './scan.ts'

interface Line {
  readonly key: string
  readonly name: string
  value: string
}

/**
 * The headers of a message: ordered, names in any case, compact forms understood.
 * Values are unfolded text. A value holding a line break is refused when set: it would start a header of its own.
 */
export class Headers {
  #lines: Line[] = []
  #read: Map<string, unknown> | null = null

  constructor(lines: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of lines) this.add(name, value)
  }

  /** How many lines there are. */
  get size(): number {
    return this.#lines.length
  }

  /** The first line of this name as it stands, not split; undefined when there is none. */
  get(name: string): string | undefined {
    const key = headerKey(name)
    for (const line of this.#lines) if (line.key === key) return line.value
    return undefined
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** How many lines carry this name. */
  count(name: string): number {
    const key = headerKey(name)
    let count = 0
    for (const line of this.#lines) if (line.key === key) count++
    return count
  }

  /** Every value in order, lines split at commas where the header is a list. */
  all(name: string): string[] {
    const key = headerKey(name)
    const list = listHeaders.has(key)
    const values: string[] = []
    for (const line of this.#lines) {
      if (line.key !== key) continue
      if (list && line.value.includes(',')) values.push(...splitList(line.value))
      else values.push(line.value)
    }
    return values
  }

  /** Every line of this name as it stands. */
  lines(name: string): string[] {
    const key = headerKey(name)
    const values: string[] = []
    for (const line of this.#lines) if (line.key === key) values.push(line.value)
    return values
  }

  /** Puts one value, or one line per value, in place of all there are; keeps the place of the first. */
  set(name: string, value: string | number | readonly string[]): this {
    const key = headerKey(name)
    const values = Array.isArray(value) ? (value as readonly string[]) : [String(value)]
    const at = this.#lines.findIndex(line => line.key === key)
    const others = at === -1 ? this.#lines : this.#lines.filter(line => line.key !== key)
    const fresh = values.map(text => newLine(name, text))
    others.splice(at === -1 ? others.length : at, 0, ...fresh)
    this.#lines = others
    this.#read?.delete(key)
    return this
  }

  /** Adds a line at the end. */
  add(name: string, value: string | number): this {
    const line = newLine(name, String(value))
    this.#lines.push(line)
    this.#read?.delete(line.key)
    return this
  }

  /** Adds a line above all others of its name: a Via or a Record-Route on the way. */
  prepend(name: string, value: string): this {
    const line = newLine(name, value)
    const at = this.#lines.findIndex(other => other.key === line.key)
    this.#lines.splice(at === -1 ? 0 : at, 0, line)
    this.#read?.delete(line.key)
    return this
  }

  /** Replaces the first value of a header, the others stay as they are. */
  replaceFirst(name: string, value: string): this {
    const key = headerKey(name)
    const line = this.#lines.find(other => other.key === key)
    if (line === undefined) return this.add(name, value)
    checkValue(name, value)
    const rest = listHeaders.has(key) && line.value.includes(',') ? splitList(line.value).slice(1) : []
    line.value = [value, ...rest].join(', ')
    this.#read?.delete(key)
    return this
  }

  /** Takes out every line of this name. */
  remove(name: string): this {
    const key = headerKey(name)
    this.#lines = this.#lines.filter(line => line.key !== key)
    this.#read?.delete(key)
    return this
  }

  clone(): Headers {
    const copy = new Headers()
    copy.#lines = this.#lines.map(line => ({ ...line }))
    return copy
  }

  /** Name as written on the wire and value, in order. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (const line of this.#lines) yield [line.name, line.value]
  }

  /** The text of all lines, each ended by CRLF. */
  toText(): string {
    let text = ''
    for (const line of this.#lines) text += `${line.name}: ${line.value}\r\n`
    return text
  }

  /** A value read from this header, kept until the header changes. */
  read<T>(key: string, parse: (headers: Headers) => T): T {
    this.#read ??= new Map()
    if (this.#read.has(key)) return this.#read.get(key) as T
    const value = parse(this)
    this.#read.set(key, value)
    return value
  }

  /** Adds a line the parser has already checked. */
  addParsed(key: string, name: string, value: string): void {
    this.#lines.push({ key, name, value })
  }
}

function newLine(name: string, value: string): Line {
  checkValue(name, value)
  return { key: headerKey(name), name: canonicalName(name), value }
}

const forbidden = /[\r\n]/

function checkValue(name: string, value: string): void {
  if (forbidden.test(value)) throw new TypeError(`The header ${name} must not contain a line break; remove it first.`)
}
