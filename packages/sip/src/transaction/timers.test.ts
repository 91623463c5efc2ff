import { expect, test } from 'vitest'
import { Timers } from './timers.ts'

test('a time no timer of Node can hold is waited for as long as one can, not skipped', async () => {
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  const timers = new Timers()
  let ran = false
  // Session-Expires: 4294967295
  const cancel = timers.after(4_294_967_295_000, () => {
    ran = true
  })
  await new Promise(resolve => setTimeout(resolve, 20))
  process.off('warning', note)
  expect([ran, warnings, timers.count]).toEqual([false, [], 1])
  cancel()
  expect(timers.count).toBe(0)
})
