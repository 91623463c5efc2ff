import type { Call } from '../call/call.ts'
import { digitsOf } from '../link/configuration.ts'
import { announced } from './announced.ts'
import type { Ear } from './ear.ts'

const KEY_MS = 8000
const TRIES = 3
const MOST_DIGITS = 15

/** "Press 1 to be called back": which number, is it right, thank you. True where it was agreed, and the call is over; false: they wait on. */
export async function askCallback(call: Call, ear: Ear, language: string | null): Promise<boolean> {
  const { node, tenant } = call
  if (!tenant) return false
  const shown = digitsOf(call.customer?.address ?? '')
  let number = /^\d{6,15}$/.test(shown) ? shown : null
  for (let tries = 0; tries < TRIES && !ear.stopped; tries++) {
    number ??= await enterNumber(call, ear, language)
    // Nothing is promised that the dialling rules will not let us keep.
    const allowed = number === null ? null : node.dialling.ask(tenant, number)
    if (number === null || !allowed?.ok || allowed.emergency) {
      number = null
      continue
    }
    const digits = [...number].map(digit => ({ say: 'digit' as const, digit }))
    await ear.say(await announced(call, [...digits, { say: 'callbackConfirm' }], language))
    const key = await ear.key(KEY_MS)
    if (ear.stopped || key === '2') return false
    if (key !== '1') continue
    call.fact({ type: 'callbackRequested', to: `+${number}` })
    await ear.tell(await announced(call, [{ say: 'callbackDone' }], language))
    call.end('system', { status: null, q850: 16, reason: 'callback' })
    return true
  }
  return false
}

async function enterNumber(call: Call, ear: Ear, language: string | null): Promise<string | null> {
  ear.forgetKeys()
  await ear.say(await announced(call, [{ say: 'callbackEnter' }], language))
  let digits = ''
  while (!ear.stopped && digits.length < MOST_DIGITS) {
    const key = await ear.key(KEY_MS)
    if (key === null || key === '#') break
    if (/^\d$/.test(key)) digits += key
  }
  const number = digits.startsWith('00') ? digits.slice(2) : digits
  return number.length >= 6 ? number : null
}
