// How soon a phone rings: from a caller's INVITE, which leads straight to a queue with free agents, to the INVITE at an agent's phone; and from the BYE of a busy agent to the next caller's INVITE at the same phone.

import { PORTS } from './bridged.ts'
import { CrowdClient } from './crowd-client.ts'
import { type Company, type House, PASSWORD, startHouse, until } from './house.ts'
import { cpuMs } from './node.ts'
import { type Stages, stagesOf } from './stages.ts'
import { quantile } from './talk.ts'

export interface RingOptions {
  few: number
  many: number
  samples: number
  freed: number
  waiting: number
  say(text: string): void
  execArgv?: { server?: string[]; node?: string[] }
}

export interface RingFigures {
  ring_ms_p50_10: number
  ring_ms_p99_10: number
  /** Where the time of a ring goes with 10 agents, on average. */
  ring_stages_ms_10: Stages
  ring_ms_p50_1000: number
  ring_ms_p99_1000: number
  freed_to_ring_ms_p50: number
  freed_to_ring_ms_p99: number
  freed_to_ring_ms_max: number
  /** The same while every one of the waiting callers is sent music, 50 packets a second each. */
  freed_to_ring_ms_p50_music: number
  freed_to_ring_ms_p99_music: number
  stored_call_setups_per_s: number
  rings_missed: number
  cpu_ms_per_stored_call: { server: number; node: number }
}

const GAP_MS = 40

export async function measureRings(options: RingOptions): Promise<RingFigures> {
  const { say } = options
  const house = await startHouse([options.few, options.many], options.execArgv ? { execArgv: options.execArgv } : {})
  let crowd: CrowdClient | undefined
  try {
    crowd = await CrowdClient.start({
      nodePort: PORTS.sip,
      providerPort: PORTS.provider,
      deskPort: PORTS.desk,
      mediaPorts: PORTS.media,
    })
    const [few, many] = house.companies
    if (!few || !many) throw new Error('There are two companies.')
    await house.openScreens()
    for (const { usernames } of house.companies) await crowd.ask('register', usernames, PASSWORD)
    await until(() => known(house), 'the phones to be known to the server', 60_000)
    say(`  ${options.few} and ${options.many} agents have their screens open and their phones registered`)

    const ask = async (company: Company, samples: number) => {
      const { number } = company
      await crowd?.ask('ring', { samples: 20, gapMs: GAP_MS, number })
      const rings = await crowd!.ask('ring', { samples, gapMs: GAP_MS, number })
      const stages = await stagesOf(house, company, rings.calls)
      say(`  ${rings.ms.length} rings, ${rings.missed} missed: ${summary(rings.ms)}; ${JSON.stringify(stages)}`)
      return { ...rings, stages }
    }
    const idleFew = await ask(few, options.samples)
    const idleMany = await ask(many, options.samples)

    await crowd.ask('set', { deskAudio: 'still' })
    const before = { server: cpuMs(house.serverPid), node: cpuMs(house.node.pid), at: performance.now() }
    const busy = await crowd.ask('call', { calls: options.many, number: many.number, audio: 'still', joined: true })
    const seconds = (performance.now() - before.at) / 1000
    const perCall = (now: number, then: number) => Math.round((100 * (now - then)) / options.many) / 100
    const cpu = {
      server: perCall(cpuMs(house.serverPid), before.server),
      node: perCall(cpuMs(house.node.pid), before.node),
    }
    say(`  ${busy.answered} agents are busy after ${seconds.toFixed(1)} s ${JSON.stringify(busy.failures)}`)
    const waiting = await crowd.ask('call', {
      calls: options.waiting,
      number: many.number,
      audio: 'still',
      joined: false,
    })
    say(`  ${waiting.answered} callers wait ${JSON.stringify(waiting.failures)}`)
    await settled(house)
    const free = async (audio: 'still' | 'sink') => {
      const freed = await crowd!.ask('free', { samples: options.freed, gapMs: GAP_MS, number: many.number, audio })
      say(`  ${freed.ms.length} agents freed, ${freed.missed} missed: ${summary(freed.ms)}`)
      return freed
    }
    const freed = await free('still')
    say(`  ${await crowd.ask('listen')} hear music`)
    const withMusic = await free('sink')
    return {
      ring_ms_p50_10: quantile(idleFew.ms, 0.5),
      ring_ms_p99_10: quantile(idleFew.ms, 0.99),
      ring_stages_ms_10: idleFew.stages,
      ring_ms_p50_1000: quantile(idleMany.ms, 0.5),
      ring_ms_p99_1000: quantile(idleMany.ms, 0.99),
      freed_to_ring_ms_p50: quantile(freed.ms, 0.5),
      freed_to_ring_ms_p99: quantile(freed.ms, 0.99),
      freed_to_ring_ms_max: quantile(freed.ms, 1),
      freed_to_ring_ms_p50_music: quantile(withMusic.ms, 0.5),
      freed_to_ring_ms_p99_music: quantile(withMusic.ms, 0.99),
      stored_call_setups_per_s: Math.round((10 * options.many) / seconds) / 10,
      rings_missed: idleFew.missed + idleMany.missed + freed.missed + withMusic.missed,
      cpu_ms_per_stored_call: cpu,
    }
  } finally {
    await crowd?.stop()
    await house.stop()
  }
}

const summary = (ms: number[]) => `p50 ${quantile(ms, 0.5)}, p99 ${quantile(ms, 0.99)}, most ${quantile(ms, 1)} ms`

/** The server has been told of every phone. */
async function known({ db, companies }: House): Promise<boolean> {
  for (const { tenantId, usernames } of companies) {
    const rows = await db.tenant(tenantId, tx =>
      tx.query<{ n: number }>('SELECT count(*)::int AS n FROM desk_phone WHERE registered'),
    )
    if (rows[0]?.n !== usernames.length) return false
  }
  return true
}

/** Everybody who waits is in the queue, and nothing more is being written. */
async function settled({ db, companies }: House): Promise<void> {
  let last = -1
  await until(
    async () => {
      const { rows } = await db.log.query<{ n: number }>('SELECT count(*)::int AS n FROM event WHERE tenant_id = $1', [
        companies[1]?.tenantId,
      ])
      const same = rows[0]?.n === last
      last = rows[0]?.n ?? -1
      if (!same) await new Promise(resolve => setTimeout(resolve, 500))
      return same
    },
    'the queue to come to rest',
    60_000,
  )
}
