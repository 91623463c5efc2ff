import { expect, test } from 'vitest'
import { dbm0 } from '../level/level.ts'
import { Concealer } from './conceal.ts'

/** A voiced sound: a pitch of 125 Hz with harmonics. */
function voiced(length: number, pitch = 125): Int16Array {
  return Int16Array.from({ length }, (_, i) =>
    [1, 2, 3, 5].reduce((sum, k) => sum + (3000 / k) * Math.sin((2 * Math.PI * pitch * k * i) / 8000 + k), 0),
  )
}

function frames(pcm: Int16Array): Int16Array[] {
  return Array.from({ length: pcm.length / 160 }, (_, i) => pcm.slice(i * 160, (i + 1) * 160))
}

const distance = (a: Int16Array, b: Int16Array): number => dbm0(a.map((sample, i) => sample - b[i]!))

test('a frame lost in a vowel is filled with that vowel, 15 dB closer than silence would be', () => {
  for (const pitch of [80, 125, 190]) {
    const said = frames(voiced(1600, pitch))
    const concealer = new Concealer()
    for (let i = 0; i < 5; i++) concealer.good(said[i]!)
    const filled = new Int16Array(160)
    concealer.lost(filled)
    expect(distance(filled, said[5]!)).toBeLessThan(dbm0(said[5]!) - 15)
  }
})

test('no click at either end: no step larger than the sound itself makes', () => {
  const said = frames(voiced(3200))
  let step = 0
  for (const frame of said) for (let i = 1; i < 160; i++) step = Math.max(step, Math.abs(frame[i]! - frame[i - 1]!))
  const concealer = new Concealer()
  const heard: number[] = []
  for (const [i, frame] of said.entries()) {
    const out = frame.slice()
    if (i === 7 || i === 12 || i === 13) concealer.lost(out)
    else concealer.good(out)
    heard.push(...out)
  }
  for (let i = 1; i < heard.length; i++) expect(Math.abs(heard[i]! - heard[i - 1]!)).toBeLessThanOrEqual(step * 1.5)
})

test('a long loss fades to silence within 60 ms and stays silent', () => {
  const concealer = new Concealer()
  for (const frame of frames(voiced(1600))) concealer.good(frame)
  const levels = Array.from({ length: 6 }, () => {
    const out = new Int16Array(160)
    concealer.lost(out)
    return dbm0(out)
  })
  expect(levels[1]!).toBeLessThan(levels[0]!)
  expect(levels[2]!).toBeLessThan(levels[1]! - 3)
  expect(levels.slice(3).every(level => level < -90)).toBe(true)
})

test('without loss the sound is untouched', () => {
  const concealer = new Concealer()
  for (const frame of frames(voiced(1600))) {
    const out = frame.slice()
    concealer.good(out)
    expect(out).toEqual(frame)
  }
})
