import { getPhone, listCalls } from '@centrala/api/call.ts'
import { listMyInteractions } from '@centrala/api/interaction.ts'
import type { PartyLine } from '@centrala/voice/testing/party.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildScreens } from '../../scripts/build-screens.ts'
import {
  beAvailable,
  CALLER,
  goHome,
  loudest,
  NUMBER,
  type PhoneCompany,
  phoneCompany,
  sidesOf,
  TONE,
} from '../phone-company.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { until } from '../until.ts'
import { startVoiceNode } from '../voice-node.ts'
import { browserMissing, shoot } from './browser.ts'
import {
  computerOf,
  type HearingPage,
  hears,
  hearsNot,
  loudness,
  sendsNothing,
  sitDown,
  storyOf,
  talk,
} from './phone-desk.ts'

const BASE = 26_000
let server: TestServer
let company: PhoneCompany
const computers = new Map<number, Browser>()
/** Whose voice is this tone: the same computer in every test. */
async function computer(hertz: number): Promise<Browser> {
  const made = computers.get(hertz) ?? (await computerOf(hertz))
  computers.set(hertz, made)
  return made
}

beforeAll(async () => {
  if (browserMissing) return
  await buildScreens(() => {})
  server = await startTestServer()
  company = await phoneCompany(server, BASE)
}, 180_000)
afterAll(async () => {
  await Promise.all([...computers.values()].map(one => one.close()))
  await company?.close()
  await server?.close()
})

describe.skipIf(browserMissing)('the phone', () => {
  test('a call from the greeting to the timeline: menu, queue, answer, hold, transfer with the story, whisper', {
    timeout: 240_000,
  }, async () => {
    const { ana, iva, sanja, provider, node, tenant } = company
    const pages: HearingPage[] = []
    const step = storyOf(() => pages, 'story')
    let caller!: PartyLine
    let anas!: HearingPage
    let ivas!: HearingPage
    let sanjas!: HearingPage
    let interactionId = ''
    let conversationId = ''

    await step('Ana sits down at her desk', async () => {
      anas = await sitDown(company, await computer(TONE.ana), ana, 'Ana')
      pages.push(anas)
    })
    await step('her line waits without sending anything', () => sendsNothing(anas))
    await step('a customer dials and hears the greeting', async () => {
      caller = await provider.reach(node.sipPort, NUMBER, { from: CALLER })
      await caller.hears(TONE.greeting)
    })
    await step('the customer presses 1 and waits with music', async () => {
      await caller.leg.sendDigits('1')
      await caller.hearsNot(TONE.greeting)
      await caller.hears(TONE.music, 10_000)
      caller.say(TONE.caller)
    })
    await step("Ana's browser rings with the customer's card and what was pressed", async () => {
      await beAvailable(ana)
      const offer = anas.getByRole('article', { name: 'Offer: Petra Novak, Phone' })
      await offer.waitFor()
      await offer.getByRole('list', { name: 'What the caller chose' }).getByText('Invoices').waitFor()
      await shoot(anas, 'offer')
      expect(await loudness(anas, TONE.caller)).toBeLessThan(0.01)
    })
    await step('Ana answers; they hear each other', async () => {
      await anas.getByRole('button', { name: /^Answer/ }).click()
      await hears(anas, TONE.caller)
      await caller.hears(TONE.ana)
      await caller.hearsNot(TONE.music)
      await anas.getByRole('toolbar', { name: 'What I can do with the call' }).waitFor()
      const { items } = await ana.client.call(listMyInteractions)
      interactionId = items[0]?.id ?? ''
      conversationId = items[0]?.conversationId ?? ''
      await shoot(anas, 'talking')
    })
    await step('on hold the customer hears music and Ana nothing', async () => {
      await anas.getByRole('button', { name: 'Hold', exact: true }).click()
      await caller.hears(TONE.music)
      await caller.hearsNot(TONE.ana)
      await hearsNot(anas, TONE.caller)
      await shoot(anas, 'held')
    })
    await step('Ana takes the customer back', async () => {
      await anas.getByRole('button', { name: 'Resume', exact: true }).click()
      await hears(anas, TONE.caller)
      await caller.hears(TONE.ana)
      await caller.hearsNot(TONE.music)
    })
    await step('muted, Ana hears and is not heard', async () => {
      await anas.getByRole('button', { name: 'Mute', exact: true }).click()
      await caller.hearsNot(TONE.ana)
      await hears(anas, TONE.caller)
      // While the node cannot be told, nothing says that she is heard.
      const unmute = anas.getByRole('button', { name: 'Unmute', exact: true })
      await anas.route('**/mute', route => route.fulfill({ status: 502, contentType: 'text/html', body: 'Away' }), {
        times: 1,
      })
      await unmute.click()
      await anas.getByText('The server answered in a way').first().waitFor()
      await unmute.click()
      await caller.hears(TONE.ana)
    })
    await step('Iva and the supervisor sit down', async () => {
      ivas = await sitDown(company, await computer(TONE.iva), iva, 'Iva')
      sanjas = await sitDown(company, await computer(TONE.sanja), sanja, 'Sanja', '/supervisor')
      pages.push(ivas, sanjas)
      await beAvailable(iva)
    })
    await step('Ana transfers to Iva with a note', async () => {
      await anas.getByRole('button', { name: 'Transfer', exact: true }).first().click()
      const dialog = anas.getByRole('dialog')
      await dialog.getByRole('combobox').click()
      await anas.getByRole('option', { name: /Iva/ }).click()
      await dialog.getByRole('textbox', { name: /Note/ }).fill('Her March invoice was paid twice')
      await shoot(anas, 'transfer')
      await dialog.getByRole('button', { name: 'Transfer' }).click()
      await hearsNot(anas, TONE.caller)
    })
    await step('Iva is offered the call, answers, and has the whole story', async () => {
      const offer = ivas.getByRole('article', { name: 'Offer: Petra Novak, Phone' })
      await offer.waitFor()
      await caller.hears(TONE.music)
      await shoot(ivas, 'offer-iva')
      await ivas.getByRole('button', { name: /^Answer/ }).click()
      await hears(ivas, TONE.caller)
      await caller.hears(TONE.iva)
      await caller.hearsNot(TONE.ana)
      const log = ivas.getByRole('log')
      await log.getByText('Her March invoice was paid twice').first().waitFor()
      await log.getByText('Invoices').first().waitFor()
      expect(await loudness(anas, TONE.caller)).toBeLessThan(0.01)
    })
    await step('the supervisor listens, unheard', async () => {
      await sanjas.getByRole('region', { name: /^Calls now/ }).waitFor()
      await shoot(sanjas, 'calls-now')
      await sanjas.getByRole('button', { name: 'Listen', exact: true }).first().click()
      await hears(sanjas, TONE.caller)
      await hears(sanjas, TONE.iva)
      await hearsNot(ivas, TONE.sanja)
      await caller.hearsNot(TONE.sanja)
    })
    await step('the supervisor whispers: only Iva hears', async () => {
      await sanjas
        .getByRole('toolbar', { name: 'Who hears me' })
        .getByRole('button', { name: 'Whisper', exact: true })
        .click()
      await hears(ivas, TONE.sanja)
      await hears(ivas, TONE.caller)
      await shoot(sanjas, 'whispering')
      await caller.hears(TONE.iva)
      await caller.hearsNot(TONE.sanja)
    })
    await step('the customer hangs up, and Iva wraps up', async () => {
      await caller.hangUp()
      const finish = ivas.getByRole('button', { name: 'Finish' })
      await finish.waitFor()
      await shoot(ivas, 'wrap-up')
      await ivas.getByRole('textbox', { name: /Note/ }).last().fill('Refunded')
      await finish.click()
      await until(async () => (await iva.client.call(listMyInteractions)).items.length === 0, 'Iva to be done')
    })
    await step(
      'the timeline has the call, the keys, the note, and a recording with a waveform that plays',
      async () => {
        await until(
          async () =>
            (await tenant.client.call(listCalls, { params: { id: interactionId } })).items[0]?.recordings[0]?.state ===
            'stored',
          'the recording to be stored',
          20_000,
        )
        await sanjas.goto(`${server.origin}/conversations/${conversationId}`)
        const log = sanjas.getByRole('log')
        const card = log.getByRole('article', { name: /^Call/ })
        await card.getByText('Invoices').waitFor()
        await card.getByText(/Ana Kovač and Iva Marić answered/).waitFor()
        await card.getByText('The customer hung up').waitFor()
        await log.getByText('Her March invoice was paid twice').first().waitFor()
        const player = card.getByRole('group', { name: 'Recording' })
        expect((await player.getByRole('slider').locator('path').first().getAttribute('d'))?.length).toBeGreaterThan(
          500,
        )
        await player.getByRole('button', { name: 'Play' }).click()
        await player.getByRole('button', { name: 'Pause' }).waitFor()
        await until(
          () => player.locator('audio').evaluate(audio => (audio as HTMLAudioElement).currentTime > 0.3),
          'sound',
        )
        await shoot(sanjas, 'timeline')
      },
    )
    await step('each side is on its channel of the recording, the whisper on none', async () => {
      const { items } = await tenant.client.call(listCalls, { params: { id: interactionId } })
      const [customer, agents] = await sidesOf(company, items[0]?.recordings[0]?.id ?? '')
      expect(loudest(customer, TONE.caller)).toBeGreaterThan(0.05)
      expect(loudest(agents, TONE.ana)).toBeGreaterThan(0.05)
      expect(loudest(agents, TONE.iva)).toBeGreaterThan(0.05)
      expect(loudest(agents, TONE.caller)).toBeLessThan(0.01)
      for (const tone of [TONE.ana, TONE.iva, TONE.sanja, TONE.music])
        expect(loudest(customer, tone)).toBeLessThan(0.01)
      for (const tone of [TONE.sanja, TONE.music]) expect(loudest(agents, tone)).toBeLessThan(0.01)
    })
    await Promise.all(pages.map(page => page.context().close()))
    await Promise.all([ana, iva].map(goHome))
  })

  test("an agent's page that reloads has the audio back, and the customer is not cut off", {
    timeout: 120_000,
  }, async () => {
    const page = await sitDown(company, await computer(TONE.ana), company.ana, 'Ana')
    const step = storyOf(() => [page], 'reload')
    const caller = await talk(company, page, company.ana)
    const began = Date.now()
    await step('the page reloads', async () => {
      await page.reload({ waitUntil: 'commit' })
      await caller.hearsNot(TONE.ana)
    })
    await step('they hear each other again', async () => {
      await Promise.all([hears(page, TONE.caller), caller.hears(TONE.ana, 10_000)])
      console.info(`Audio was back ${Date.now() - began} ms after the reload.`)
      expect(caller.session.state).toBe('established')
    })
    await step('Ana still has the call before her, and ends it', async () => {
      await page
        .getByRole('toolbar', { name: 'What I can do with the call' })
        .getByRole('button', { name: 'Hang up' })
        .click()
      await caller.ended()
    })
    await page.context().close()
    await goHome(company.ana)
  })

  test('a colleague is asked, joined, taken out again, asked once more and handed the customer', {
    timeout: 120_000,
  }, async () => {
    const { ana, iva } = company
    const anas = await sitDown(company, await computer(TONE.ana), ana, 'Ana')
    const ivas = await sitDown(company, await computer(TONE.iva), iva, 'Iva')
    const step = storyOf(() => [anas, ivas], 'consult')
    const bar = anas.getByRole('toolbar', { name: 'What I can do with the call' })
    const caller = await talk(company, anas, ana)
    await beAvailable(iva)
    const ask = async () => {
      await bar.getByRole('button', { name: 'Ask somebody' }).click()
      const dialog = anas.getByRole('dialog')
      await dialog.getByRole('combobox').click()
      await anas.getByRole('option', { name: /Iva/ }).click()
      await dialog.getByRole('button', { name: 'Call', exact: true }).click()
      await ivas.getByText('Ana Kovač asks for you').waitFor()
      await shoot(ivas, 'asked')
      await ivas.getByRole('button', { name: 'Answer', exact: true }).click()
      await hears(anas, TONE.iva)
      await hears(ivas, TONE.ana)
    }
    await step('Ana asks Iva, and the customer hears neither', async () => {
      await ask()
      await caller.hears(TONE.music)
      await caller.hearsNot(TONE.ana)
      await caller.hearsNot(TONE.iva)
      await hearsNot(ivas, TONE.caller)
      await shoot(anas, 'consult')
      await ivas.getByText('Talking with Ana Kovač').first().waitFor()
      await shoot(ivas, 'consulted')
    })
    await step('all three talk together', async () => {
      await bar.getByRole('button', { name: 'All together' }).click()
      await Promise.all([
        caller.hears(TONE.ana),
        caller.hears(TONE.iva),
        hears(anas, TONE.caller),
        hears(anas, TONE.iva),
      ])
      await Promise.all([hears(ivas, TONE.caller), hears(ivas, TONE.ana)])
      await shoot(anas, 'conference')
    })
    await step('Ana takes Iva out', async () => {
      await anas.getByRole('button', { name: 'Take Iva Marić out' }).click()
      await caller.hearsNot(TONE.iva)
      await hearsNot(ivas, TONE.caller)
      await caller.hears(TONE.ana)
    })
    await step('Ana asks again and hands the customer over', async () => {
      await ask()
      await bar.getByRole('button', { name: 'Hand over to Iva Marić' }).click()
      await hears(ivas, TONE.caller)
      await caller.hears(TONE.iva)
      await caller.hearsNot(TONE.ana)
      await hearsNot(anas, TONE.caller)
    })
    await step('the call is now on Iva’s screen, with its controls', async () => {
      await ivas.getByRole('button', { name: 'Hang up' }).first().click()
      await caller.ended()
      await until(
        async () => (await iva.client.call(listMyInteractions)).items.some(item => item.state === 'wrapUp'),
        "Iva's wrap-up",
      )
    })
    await Promise.all([anas.context().close(), ivas.context().close()])
    await Promise.all([ana, iva].map(goHome))
  })

  test('a supervisor joins a call, takes it over and parks it; the agent picks it up again', {
    timeout: 120_000,
  }, async () => {
    const { ana, sanja } = company
    const anas = await sitDown(company, await computer(TONE.ana), ana, 'Ana')
    const sanjas = await sitDown(company, await computer(TONE.sanja), sanja, 'Sanja', '/supervisor')
    const step = storyOf(() => [anas, sanjas], 'take-over')
    const caller = await talk(company, anas, ana)
    await step('Sanja listens, then joins: everybody hears everybody', async () => {
      await sanjas.getByRole('button', { name: 'Listen', exact: true }).first().click()
      await hears(sanjas, TONE.caller)
      await sanjas
        .getByRole('toolbar', { name: 'Who hears me' })
        .getByRole('button', { name: 'Join', exact: true })
        .click()
      await Promise.all([caller.hears(TONE.sanja), caller.hears(TONE.ana), hears(anas, TONE.sanja)])
      await hears(sanjas, TONE.ana)
      await shoot(sanjas, 'joined')
    })
    await step('Sanja takes the call over: Ana is out of it', async () => {
      await sanjas.getByRole('button', { name: 'Take over', exact: true }).first().click()
      await sanjas
        .getByRole('alertdialog')
        .or(sanjas.getByRole('dialog'))
        .getByRole('button', { name: 'Take over' })
        .click()
      await hearsNot(anas, TONE.caller)
      await caller.hearsNot(TONE.ana)
      await caller.hears(TONE.sanja)
      await hears(sanjas, TONE.caller)
      await shoot(sanjas, 'taken-over')
    })
    await step('Sanja parks the customer, who hears music', async () => {
      await sanjas.getByRole('button', { name: 'Hold', exact: true }).first().waitFor()
      await sanjas.keyboard.press('Alt+p')
      await caller.hears(TONE.music)
      await caller.hearsNot(TONE.sanja)
    })
    await step('Ana picks the customer up', async () => {
      await anas.getByRole('button', { name: /parked/ }).click()
      await shoot(anas, 'parked')
      await anas.getByRole('region', { name: 'Parked' }).getByRole('button', { name: 'Pick up' }).click()
      await hears(anas, TONE.caller)
      await caller.hears(TONE.ana)
      await caller.hearsNot(TONE.music)
    })
    await caller.hangUp()
    await anas.getByRole('button', { name: 'Finish' }).first().waitFor()
    await Promise.all([anas.context().close(), sanjas.context().close()])
    await Promise.all([ana, sanja].map(goHome))
  })

  test('calls come by a second node as well, and the death of the first hurts none of them', {
    timeout: 120_000,
  }, async () => {
    const { ana } = company
    const ports = { MEDIA_PORT_FROM: '26962', MEDIA_PORT_TO: '26979', ICE_PORT_FROM: '26980', ICE_PORT_TO: '26999' }
    const second = await startVoiceNode(server, 26_960, ports)
    try {
      const page = await sitDown(company, await computer(TONE.ana), ana, 'Ana')
      const step = storyOf(() => [page], 'two-nodes')
      const nodes = async () => (await ana.client.call(getPhone)).nodes.length
      await until(async () => (await nodes()) === 2, 'both nodes to be known')
      const caller = await talk({ ...company, node: second }, page, ana)
      await step('the first node dies', async () => {
        await company.node.kill()
        await until(async () => (await nodes()) === 1, 'the first node to be gone')
      })
      await step('the call on the second goes on, and obeys', async () => {
        await page.getByRole('button', { name: 'Hold', exact: true }).click()
        await caller.hears(TONE.music)
        await page.getByRole('button', { name: 'Resume', exact: true }).click()
        await caller.hears(TONE.ana)
        await hears(page, TONE.caller)
        await shoot(page, 'two-nodes')
      })
      await caller.hangUp()
      await page.context().close()
      await goHome(ana)
    } finally {
      await second.close()
    }
  })
})
