import { setTimeout as sleep } from 'node:timers/promises'
import type { StoredEvent } from '@centrala/store/event-log.ts'
import { expect, test } from 'vitest'
import { until } from '../../../../tests/until.ts'
import type { Services } from '../services.ts'
import { TenantRouter } from './tenant-router.ts'

test('a router that cannot start over rests between its tries, however many events come', async () => {
  let tries = 0
  const services = {
    db: {
      tenant: () => {
        tries++
        return Promise.reject(new Error('the database is away'))
      },
    },
    log: { warn: () => {} },
  } as unknown as Pick<Services, 'db' | 'log' | 'events'>
  const router = new TenantRouter(
    services,
    crypto.randomUUID(),
    { holder: 'this node', epoch: 1 },
    {
      hasPhone: () => true,
      isInCall: () => false,
      isScreenless: () => false,
      offering: () => () => {},
      lost: () => {},
    },
  )
  router.start()
  await until(() => tries === 1, 'the first try')
  const began = performance.now()
  for (let number = 0; number < 50; number++) {
    router.feed([{ type: 'message.created' } as StoredEvent])
    await sleep(1)
  }
  const rests = Math.floor((performance.now() - began) / 500)
  expect(tries).toBeLessThanOrEqual(2 + rests)
  await until(() => tries > 1 + rests, 'the next try')
  await router.stop()
})
