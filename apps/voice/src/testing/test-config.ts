import { randomUUID } from 'node:crypto'
import type { TenantVoice, VoiceConfig } from '@centrala/api/voice-config.ts'
import type { Flow } from '@centrala/core/flow/flow.ts'
import { ha1 } from '@centrala/sip/digest/digest.ts'

export const NUMBER = '+38515550100'
export const PASSWORD = 'correct horse battery'

/** A company with a provider at 127.0.0.1, a number, a queue, two agents with desk phones, and outside numbers in Croatia allowed. */
export function testConfig(options: { trunkPort: number; flow?: Flow; change?: (tenant: TenantVoice) => void }) {
  const ids = {
    tenant: randomUUID(),
    trunk: randomUUID(),
    number: randomUUID(),
    queue: randomUUID(),
    flow: randomUUID(),
    ana: randomUUID(),
    ivo: randomUUID(),
    anaPhone: randomUUID(),
    ivoPhone: randomUUID(),
  }
  const phone = (id: string, userId: string, username: string, extension: string) => ({
    id,
    userId,
    username,
    extension,
    ha1Md5: ha1('MD5', username, 'centrala', PASSWORD),
    ha1Sha256: ha1('SHA-256', username, 'centrala', PASSWORD),
  })
  const tenant: TenantVoice = {
    tenantId: ids.tenant,
    slug: 'test',
    locale: 'en',
    timeZone: 'Europe/Zagreb',
    trunks: [
      {
        id: ids.trunk,
        name: 'Provider',
        mode: 'address',
        transport: 'udp',
        host: '127.0.0.1',
        port: options.trunkPort,
        from: [],
        username: null,
        password: null,
        realm: null,
        priority: 1,
        maxCalls: 0,
        maxCallsPerSecond: 0,
        codecs: ['PCMA', 'PCMU', 'G722'],
        srtp: 'off',
        callerId: { default: NUMBER, header: 'from', allowed: [NUMBER] },
      },
    ],
    numbers: [
      {
        id: ids.number,
        name: 'Main',
        number: NUMBER,
        brandId: null,
        language: 'en',
        flowId: options.flow ? ids.flow : null,
        queueId: ids.queue,
      },
    ],
    deskPhones: [phone(ids.anaPhone, ids.ana, 'ana', '2001'), phone(ids.ivoPhone, ids.ivo, 'ivo', '2002')],
    queues: [
      {
        id: ids.queue,
        name: 'Support',
        hoursId: null,
        musicPromptId: null,
        greetingPromptId: null,
        announcePosition: false,
        announceWait: false,
        announceEverySeconds: 0,
        callbackAfterSeconds: null,
        record: 'never',
        recordingAnnouncementPromptId: null,
        closedPromptId: null,
      },
    ],
    flows: options.flow ? { [ids.flow]: flowWith(options.flow, ids.queue) } : {},
    hours: {},
    prompts: [],
    spoken: {},
    emergencyNumbers: ['112', '911'],
    dialRules: [{ prefix: '385', allow: true, pricePerMinute: 0.1 }],
    limits: { maxCalls: 100, maxOutboundCalls: 10, maxOutboundPerMinute: 60, maxSpendPerDay: 100 },
  }
  options.change?.(tenant)
  const config: VoiceConfig = { revision: randomUUID(), tenants: [tenant] }
  return { config, ids, tenant }
}

/** `queueId: "queue"` in a test's flow stands for the test's queue. */
function flowWith(flow: Flow, queueId: string): unknown {
  return JSON.parse(JSON.stringify(flow).replaceAll('"queueId":"queue"', `"queueId":"${queueId}"`))
}
