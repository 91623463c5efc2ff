import { listFlows } from '@centrala/api/flow.ts'
import { createQueue } from '@centrala/api/queue.ts'
import { listNumbers, listTrunks } from '@centrala/api/trunk.ts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { wavOfPrompt } from '../../apps/server/src/prompt/wav.ts'
import { startTestServer, type TestServer, type TestTenant } from '../server.ts'
import { until } from '../until.ts'
import { browserMissing, launch, openDesk } from './browser.ts'

let browser: Browser
let server: TestServer
let tenant: TestTenant
let page: Page & { complaints: string[] }
beforeAll(async () => {
  if (browserMissing) return
  browser = await launch()
  server = await startTestServer()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
}, 60_000)
beforeEach(async () => {
  if (browserMissing) return
  tenant = await server.tenant()
  await tenant.client.call(createQueue, { body: { name: 'Support' } })
  page = await openDesk(browser, server, await tenant.user({ roles: ['admin'], name: 'Ana Kovač' }), '/admin')
}, 60_000)

const open = (path: string) => page.goto(`${server.origin}/admin/${path}`)
const save = () => page.getByRole('button', { name: 'Save' }).first().click()
const listed = (name: string) => page.getByRole('cell', { name }).first().waitFor()

describe.skipIf(browserMissing)('an administrator', () => {
  test('builds a menu, is told what is missing, tries it, takes a change back, and gives it to a number', {
    timeout: 120_000,
  }, async () => {
    await open('flows?open=new')
    await page.getByPlaceholder('Name of the flow').fill('Reception')
    await page.getByRole('button', { name: /^Add a step after Say/ }).click()
    await page.getByRole('menuitem', { name: /^Menu/ }).click()
    // A key without a meaning would tell the agent nothing.
    await save()
    await page.getByText('Fill this in.').waitFor()
    await page.getByRole('textbox', { name: 'Meaning' }).fill('Invoices')
    const panel = page.getByRole('complementary', { name: 'Step' })
    await panel.getByRole('button', { name: 'Text' }).first().click()
    await panel.getByLabel('Callers hear, text 1').fill('For invoices, press 1.')
    await page.getByRole('button', { name: 'Try it' }).click()
    const log = page.getByRole('log')
    await log.getByText('For invoices, press 1.').waitFor()
    await page.getByRole('button', { name: '1', exact: true }).click()
    await log.getByText('The agent will see: Invoices').waitFor()
    await log.getByText('Waits in the queue Support').waitFor()

    const steps = page.getByRole('list', { name: 'Steps' })
    await steps
      .getByRole('button', { name: /Voicemail/ })
      .first()
      .focus()
    await page.keyboard.press('Delete')
    await expect.poll(() => steps.getByText('Voicemail').count()).toBe(0)
    await page.keyboard.press('Control+z')
    await steps.getByText('Voicemail').first().waitFor()
    await save()
    await until(
      async () => (await tenant.client.call(listFlows)).items[0]?.name === 'Reception',
      'the flow to be saved',
    )

    await open('numbers?open=new')
    await page.getByLabel('Number', { exact: true }).fill('01 234')
    await page.getByText('Write the number with its country, such as +385 1 234 5678.').waitFor()
    await page.getByLabel('Number', { exact: true }).fill('+385 1 234 5678')
    await page.getByLabel('Name', { exact: true }).fill('Main')
    await page.getByRole('combobox', { name: 'Flow' }).click()
    await page.getByRole('option', { name: 'Reception' }).click()
    await save()
    await listed('+38512345678')
    const [flow] = (await tenant.client.call(listFlows)).items
    expect((await tenant.client.call(listNumbers)).items).toMatchObject([{ number: '+38512345678', flowId: flow?.id }])
    await open('numbers?open=new')
    await page.getByLabel('Number', { exact: true }).fill('0038512345678')
    await page.getByLabel('Name', { exact: true }).fill('Again')
    await save()
    await page.getByText('is already set up as “Main”').waitFor()
    expect(page.complaints.filter(said => !said.includes('400'))).toEqual([])
  })

  test('connects a provider and allows a country', { timeout: 120_000 }, async () => {
    await open('trunks?open=new')
    await page.getByLabel('Name', { exact: true }).fill('Provider')
    await page.getByLabel('Server').fill('sip.example.com')
    await save()
    await page.getByText('Write the user name that the provider gave you.').waitFor()
    await page.getByLabel('User name').fill('adria')
    await page.getByLabel('Password').fill('geheim')
    await save()
    await listed('sip.example.com')
    const [trunk] = (await tenant.client.call(listTrunks)).items
    expect(trunk).toMatchObject({ passwordSet: true, config: { mode: 'register', username: 'adria' } })

    await open('dialling')
    await page.getByText('Nobody can call anywhere.').waitFor()
    await page.getByRole('combobox', { name: 'Add a country' }).click()
    await page.keyboard.type('Croat')
    await page.getByRole('option', { name: 'Croatia' }).click()
    await page.getByLabel('Try a number').fill('+385 1 234 5678')
    await page.getByText('By +385, at 0 a minute.').waitFor()
    await save()
    await page.getByText('Saved').first().waitFor()
    expect(page.complaints).toEqual([])
  })

  test('puts a recording in, whatever its form, and hears of a desk phone’s password once', {
    timeout: 120_000,
  }, async () => {
    await open('prompts?open=new')
    await page.getByLabel('Name', { exact: true }).fill('Music')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('combobox', { name: 'Add a language' }).click()
    await page.getByRole('option', { name: 'All others' }).click()
    const wav = wavOfPrompt(Buffer.alloc(16_000))
    wav.writeUInt32LE(8000, 24)
    await page.getByLabel('Choose a file').setInputFiles({ name: 'music.wav', mimeType: 'audio/wav', buffer: wav })
    // Half a second of 16 kHz, said to be of 8 kHz, lasts a whole one.
    await page.getByText('0:01').waitFor()

    await open('deskPhones?open=new')
    await page.getByRole('combobox', { name: 'Whose' }).click()
    await page.getByRole('option', { name: 'Ana Kovač' }).click()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('The password is shown only now.').waitFor()
    const shown = await page.getByRole('region', { name: 'Password' }).textContent()
    expect(shown).toMatch(/^[a-z0-9]{20}$/)
    await page.getByRole('button', { name: 'I have it' }).click()
    await listed('Ana Kovač')
    expect(await page.content()).not.toContain(shown ?? '?')
    expect(page.complaints).toEqual([])
  })

  test('hears offers again after the browser gave its audio up', { timeout: 120_000 }, async () => {
    await page.addInitScript(KEEP_AUDIO)
    await page.goto(`${server.origin}/settings`)
    const hear = page.getByRole('button', { name: 'Hear the sound: Chat' })
    const sounding = () =>
      page.evaluate<Array<[state: string, tones: number]>>('window.contexts.map(one => [one.state, one.tones])')
    await hear.click()
    await expect.poll(sounding).toContainEqual(['running', 2])
    await page.evaluate(`window.contexts.find(one => one.tones > 0).dispatchEvent(new Event('error'))`)
    await expect.poll(sounding).toContainEqual(['closed', 2])
    await hear.click()
    await expect.poll(sounding).toContainEqual(['running', 2])
    expect(page.complaints).toEqual([])
  })
})

/** Keeps what the page makes its sounds with, and counts the tones of each. */
const KEEP_AUDIO = `window.contexts = []
  window.AudioContext = class extends AudioContext {
    tones = 0
    constructor(...given) { super(...given); window.contexts.push(this) }
    createOscillator() { this.tones += 1; return super.createOscillator() }
  }`
