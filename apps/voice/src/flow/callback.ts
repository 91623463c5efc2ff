import { PHRASES, type Phrases, phraseLanguage } from '@centrala/core/flow/phrases.ts'
import type { Call } from '../call/call.ts'
import { digitsOf } from '../link/configuration.ts'
import type { Ear } from './ear.ts'

const KEY_MS = 8000
const TRIES = 3
const MOST_DIGITS = 15

/** "Press 1 to be called back": which number, is it right, thank you. True where it was agreed, and the call is over; false: they wait on. */
export async function askCallback(call: Call, ear: Ear, wanted: string | null): Promise<boolean> {
  const { node, tenant } = call
  if (!tenant) return false
  const language = phraseLanguage(wanted, tenant.locale)
  const phrases = PHRASES[language] as Phrases
  const sounds = (...texts: string[]) =>
    node.sounds.of(
      call.tenantId,
      texts.map(text => ({ text })),
      language,
    )
  const shown = digitsOf(call.customer?.address ?? '')
  let number = /^\d{6,15}$/.test(shown) ? shown : null
  for (let tries = 0; tries < TRIES && !ear.stopped; tries++) {
    if (number === null) number = await enterNumber(ear, () => sounds(phrases.callbackEnter))
    // Nothing is promised that the dialling rules will not let us keep.
    if (number === null || !node.dialling.ask(tenant, number).ok) {
      number = null
      continue
    }
    await ear.say(await sounds(phrases.callbackNumber, ...number, phrases.callbackConfirm))
    const key = await ear.key(KEY_MS)
    if (ear.stopped) return false
    if (key === '1') {
      call.fact({ type: 'callbackRequested', to: `+${number}` })
      await ear.tell(await sounds(phrases.callbackDone))
      call.end('system', { status: null, q850: 16, reason: 'callback' })
      return true
    }
    if (key === '2') number = null
  }
  return false
}

async function enterNumber(ear: Ear, ask: () => Promise<Parameters<Ear['say']>[0]>): Promise<string | null> {
  ear.forgetKeys()
  await ear.say(await ask())
  let digits = ''
  while (!ear.stopped && digits.length < MOST_DIGITS) {
    const key = await ear.key(KEY_MS)
    if (key === null || key === '#') break
    if (/^\d$/.test(key)) digits += key
  }
  const number = digits.startsWith('00') ? digits.slice(2) : digits
  return number.length >= 6 ? number : null
}
