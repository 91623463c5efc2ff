import { expect, test } from 'vitest'
import { RoomPlayback } from './room-playback.ts'
import { Source } from './source.ts'

/** A second of it: 50 frames. */
const sound = new Source('sound', new Int16Array(8000))
const playback = (loop: boolean): RoomPlayback => new RoomPlayback('room', [sound], { loop }, () => {})

test('what is said once is said whole, however long the clock stood still', () => {
  const prompt = playback(false)
  const said: number[] = []
  do said.push(prompt.frame)
  while (prompt.advance(said.length === 10 ? 70 : 0))
  expect(said).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test('music goes with the clock, over what was skipped', () => {
  const music = playback(true)
  expect(music.advance(70)).toBe(true)
  expect([music.frame, music.positionMs]).toEqual([21, 71 * 20])
})
