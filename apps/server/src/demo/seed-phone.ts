import type { FlowDefinition } from '@centrala/api/flow.ts'
import { DEFAULT_VOICE } from '@centrala/api/queue.ts'
import { trunkConfig } from '@centrala/api/trunk.ts'
import type { Tx } from '@centrala/store/database.ts'
import { hashesOf, newPassword, newUsername } from '../desk-phone/credentials.ts'
import { speakSoon } from '../flow/speak-texts.ts'
import type { SeededCompany } from './seed-demo.ts'

/** The number of the shop. It is nobody’s: no subscriber’s number in Zagreb begins with 0. */
export const DEMO_NUMBER = '+38510555123'

/** Prefix, price of a minute; null: denied. */
const DESTINATIONS: [prefix: string, price: number | null][] = [
  ['385', 0.02],
  ['38560', null],
  ['38564', null],
  ['381', 0.09],
  ['382', 0.09],
  ['386', 0.03],
  ['387', 0.09],
  ['40', 0.02],
  ['43', 0.02],
  ['49', 0.02],
  ['44', 0.03],
]

/** A menu in five languages, how queues treat callers, where calls may go; a desk phone and a trunk that are off until somebody sets them up. */
export async function seedPhone(
  tx: Tx,
  company: Pick<SeededCompany, 'queues' | 'hoursId' | 'brandId'>,
  owner: { id: string; name: string },
): Promise<void> {
  const { queues, hoursId, brandId } = company
  for (const [queueId, voice] of [
    [queues.support, { ...DEFAULT_VOICE, callbackAfterSeconds: 60 }],
    [queues.orders, { ...DEFAULT_VOICE, announceWait: true, callbackAfterSeconds: 90 }],
    [queues.complaints, { ...DEFAULT_VOICE, record: 'onDemand' }],
  ] as const)
    await tx.query('UPDATE queue SET voice = $2 WHERE id = $1', [queueId, JSON.stringify(voice)])
  const [flow] = await tx.query<{ id: string }>('INSERT INTO flow (name, definition) VALUES ($1, $2) RETURNING id', [
    'Shop',
    JSON.stringify(shopFlow(queues, hoursId)),
  ])
  await tx.query(
    `INSERT INTO channel_account (channel, name, brand_id, queue_id, config) VALUES ('voice', 'Shop', $1, $2, $3)`,
    [brandId, queues.support, JSON.stringify({ number: DEMO_NUMBER, language: 'hr', flowId: flow?.id })],
  )
  for (const [prefix, price] of DESTINATIONS)
    await tx.query('INSERT INTO dial_rule (prefix, allow, price_per_minute) VALUES ($1, $2, $3)', [
      prefix,
      price !== null,
      price ?? 0,
    ])
  const username = newUsername(owner.name)
  // A password nobody knows: whoever wants the phone makes a new one.
  const { ha1Md5, ha1Sha256 } = hashesOf(username, newPassword())
  await tx.query('INSERT INTO desk_phone (user_id, name, username, ha1_md5, ha1_sha256) VALUES ($1, $2, $3, $4, $5)', [
    owner.id,
    'Desk phone',
    username,
    ha1Md5,
    ha1Sha256,
  ])
  const local = trunkConfig.parse({ mode: 'address', host: '127.0.0.1', port: 5070, maxCalls: 10 })
  await tx.query('INSERT INTO trunk (name, config, active) VALUES ($1, $2, false)', [
    'A phone program on this machine',
    JSON.stringify(local),
  ])
  await speakSoon(tx)
}

function shopFlow(queues: SeededCompany['queues'], hoursId: string): FlowDefinition {
  const main = (language: string, words: [greeting: string, orders: string, complaints: string, other: string]) => ({
    [`menu-${language}`]: {
      type: 'menu' as const,
      says: words.map(text => ({ text })),
      choices: {
        '1': { next: 'orders', label: 'Orders' },
        '2': { next: 'open', label: 'Complaints' },
        '3': { next: 'support', label: 'Anything else' },
      },
      timeoutSeconds: 6,
      retries: 1,
      onWrong: [],
      onTimeout: [],
      otherwise: 'support',
    },
  })
  const queue = (queueId: string) => ({
    type: 'queue' as const,
    queueId,
    priority: 0,
    maxWaitSeconds: 900,
    maxWaiting: 50,
    next: 'message',
  })
  const choice = (language: string, label: string) => ({ next: `menu-${language}`, label, language })
  return {
    start: 'language',
    steps: {
      language: {
        type: 'menu',
        says: [
          { text: 'Dobar dan, dobili ste Adria Outdoor. Za hrvatski pritisnite 1.' },
          { text: 'For English, press 2. Pentru română, apăsați 3. Для русского нажмите 4.' },
        ],
        choices: {
          '1': choice('hr', 'Hrvatski'),
          '2': choice('en', 'English'),
          '3': choice('ro', 'Română'),
          '4': choice('ru', 'Русский'),
        },
        timeoutSeconds: 6,
        retries: 1,
        onWrong: [],
        onTimeout: [],
        otherwise: 'menu-hr',
      },
      ...main('hr', [
        'Kako vam možemo pomoći?',
        'Za narudžbe pritisnite 1.',
        'Za reklamacije pritisnite 2.',
        'Za sve ostalo pritisnite 3.',
      ]),
      ...main('en', [
        'How can we help you?',
        'For orders, press 1.',
        'For complaints, press 2.',
        'For anything else, press 3.',
      ]),
      ...main('ro', [
        'Cu ce vă putem ajuta?',
        'Pentru comenzi, apăsați 1.',
        'Pentru reclamații, apăsați 2.',
        'Pentru orice altceva, apăsați 3.',
      ]),
      ...main('ru', [
        'Чем мы можем помочь?',
        'По заказам нажмите 1.',
        'По жалобам нажмите 2.',
        'По другим вопросам нажмите 3.',
      ]),
      orders: queue(queues.orders),
      open: { type: 'hours', hoursId, open: 'complaints', closed: 'message' },
      complaints: queue(queues.complaints),
      support: queue(queues.support),
      message: { type: 'voicemail', queueId: queues.support, says: [], maxSeconds: 180, next: 'end' },
      end: { type: 'end', says: [] },
    },
  }
}
