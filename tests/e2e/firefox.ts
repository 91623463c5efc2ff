import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, firefox } from 'playwright-core'
import { findFirefox } from '../../scripts/install-firefox.ts'

const program = process.env.FIREFOX === '1' ? findFirefox() : null
/** Why the tests in Firefox do not run here, or null. They take a minute and a half, and are run alone, by `npm run test:firefox`. */
export const firefoxMissing = program ? null : 'There is no Firefox, or it was not asked for: npm run test:firefox.'

/** Run in each page before its own scripts: the person lets nothing be remembered, so that the microphone is given and yet never called granted. */
export const NOT_REMEMBERED = `(() => {
  const { permissions } = navigator
  const ask = permissions.query.bind(permissions)
  permissions.query = async wanted => (wanted.name === 'microphone' ? { state: 'prompt' } : ask(wanted))
})()`

/** Settings of Firefox that its own people can make in about:config. */
type Preferences = Record<string, string | number | boolean>

/**
 * Firefox as its makers ship it, driven by WebDriver BiDi: a computer with a headset into which somebody says a tone without end. When sound may play is for Firefox to decide, as it is at
 * an agent's desk.
 */
export async function firefoxOf(hertz: number, preferences: Preferences = {}): Promise<Browser> {
  return firefox.launch({
    channel: 'moz-firefox',
    executablePath: fileURLToPath(new URL('firefox-door.mjs', import.meta.url)),
    // The door runs under the Node that runs the tests.
    env: { ...process.env, FIREFOX_PATH: program ?? '', PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    firefoxUserPrefs: {
      // A microphone that says a tone, and is given without a question: as where somebody has let Firefox remember it.
      'media.navigator.streams.fake': true,
      'media.navigator.audio.fake_frequency': hertz,
      'media.navigator.permission.disabled': true,
      'permissions.default.microphone': 1,
      // Plays into nothing, at the pace of a sound card: a test machine has none, and without one Firefox measures no sound.
      'media.cubeb.force_mock_context': true,
      // The voice node of the tests is at 127.0.0.1, whither Firefox goes only if it is told.
      'media.peerconnection.ice.loopback': true,
      ...preferences,
    },
  })
}
