import type { Decision } from '../routing/decision.ts'
import type { RoutingEvent, RoutingEventOf } from '../routing/event.ts'
import { createRouter } from '../routing/router.ts'
import { TimeHeap } from '../routing/time-heap.ts'
import { type AgentTime, Crew } from './crew.ts'
import { LevelWatch } from './level-watch.ts'
import type { Random } from './random.ts'
import type { Scenario, Source } from './scenario.ts'
import { addTally, countWait, emptyTally, type Outcome, type Tally, Waits } from './tally.ts'

export interface QueueRun {
  queueId: string
  total: Tally
  /** By the time of coming; see `Scenario.bucketMs`. */
  buckets: Tally[]
  /** Of the answered. */
  waits: Waits
  /** The longest of all waits, of those who gave up or still wait too. */
  longestWaitMs: number
}

/** What came of one run. */
export interface Run {
  queues: Map<string, QueueRun>
  agents: AgentTime[]
  /** Offers that were made. */
  offers: number
}

interface Customer {
  id: string
  source: Source
  arrivedAt: number
  handleMs: number
  /** What an agent makes of the present offer. The first is drawn with the customer. */
  answer: Answer
  state: 'waiting' | 'offered' | 'held' | 'gone'
  agentId: string
  /** Counts offers, so that the answer to one that is over changes nothing. */
  offer: number
}

interface Answer {
  how: 'accepted' | 'rejected' | 'expired'
  afterMs: number
}

type Due =
  | { what: 'arrival'; source: Source; index: number; next: () => number; random: Random }
  | { what: 'abandoned' | 'left' | 'finish'; customer: Customer }
  | { what: 'answer'; customer: Customer; offer: number }
  | { what: 'tick' | 'schedule' }

/**
 * Runs a contact centre on the real router: its decisions are carried out at once, and what follows from them in time (answers, giving up, the end of
 * work) is drawn from the scenario's laws. Time is in whole milliseconds. The same scenario and seed give the same run.
 *
 * What a customer brings and is like (needs, patience, handle time) is drawn when they come, from a stream of their source alone: two runs with the same seed and other
 * rules meet the same customers, so that the difference between them is the rules' (common random numbers).
 */
export function simulate(scenario: Scenario, random: Random, record?: Record): Run {
  return new Simulation(scenario, random, record).run()
}

/** Takes down what the router was told at once, and what it decided: a journal of routing. */
export type Record = (told: readonly RoutingEvent[], decisions: readonly Decision[], at: number) => void

const ACCEPTED: Answer = { how: 'accepted', afterMs: 0 }

/** Takes the same numbers from the stream whatever it says. */
function drawAnswer({ answers }: Source, random: Random): Answer {
  if (!answers) return ACCEPTED
  const [expires, rejects] = [random.next() < answers.expired, random.next() < answers.rejected]
  const afterMs = Math.round(answers.acceptMs.draw(random))
  return { how: expires ? 'expired' : rejects ? 'rejected' : 'accepted', afterMs }
}

class Simulation {
  private readonly scenario: Scenario
  private readonly router = createRouter()
  private readonly due = new TimeHeap<Due>()
  private readonly customers = new Map<string, Customer>()
  private readonly queues = new Map<string, QueueRun>()
  private readonly answerRandom: Random
  private readonly crew: Crew
  private readonly other = new Map<string, RoutingEventOf<'interaction.assigned'>>()
  private readonly levels: LevelWatch
  private readonly countFromAt: number
  private readonly record: Record | undefined
  private now: number
  private tickAt = Number.POSITIVE_INFINITY
  private scheduled = 0
  private made = 0
  private offers = 0

  constructor(scenario: Scenario, random: Random, record?: Record) {
    this.record = record
    this.scenario = scenario
    this.now = scenario.startAt
    this.countFromAt = scenario.countFromAt ?? scenario.startAt
    this.crew = new Crew(this.countFromAt)
    this.answerRandom = random.split('answers')
    this.levels = new LevelWatch(scenario.sources)
    for (const { queueId } of scenario.sources)
      if (!this.queues.has(queueId))
        this.queues.set(queueId, {
          queueId,
          total: emptyTally(),
          buckets: [],
          waits: new Waits(),
          longestWaitMs: 0,
        })
    for (const [index, source] of scenario.sources.entries()) {
      const own = random.split(`source ${index}`)
      const due: Due = {
        what: 'arrival',
        source,
        index: 0,
        next: source.arrivals.begin(own.split('arrivals')),
        random: own.split('customers'),
      }
      this.push(due.next(), due)
    }
    if (scenario.schedule?.length) this.push(scenario.schedule[0]!.at, { what: 'schedule' })
    this.begin(random.split('held'))
  }

  run(): Run {
    const { due, scenario } = this
    while (due.firstAt < scenario.endAt) {
      this.now = Math.max(this.now, due.firstAt)
      this.happen(due.pop())
      const wakeAt = this.router.wakeAt()
      if (wakeAt !== null && wakeAt < this.tickAt) {
        this.tickAt = Math.max(wakeAt, this.now)
        due.push(this.tickAt, { what: 'tick' })
      }
    }
    this.now = scenario.endAt
    for (const customer of this.customers.values())
      if (customer.state === 'waiting' || customer.state === 'offered') this.leave(customer, 'waits')
    for (const queue of this.queues.values()) for (const bucket of queue.buckets) addTally(queue.total, bucket)
    return { queues: this.queues, agents: this.crew.times(this.now), offers: this.offers }
  }

  private begin(random: Random): void {
    const { begin, held = [], startAt } = this.scenario
    for (const event of begin) this.crew.told(event, startAt)
    const work: RoutingEvent[] = held.map(({ agentId, channel, handleMs }, index) => {
      const interactionId = `held ${index}`
      const source = { queueId: '', channel, handleMs } as Source
      const customer: Customer = {
        id: interactionId,
        source,
        arrivedAt: startAt,
        handleMs: 0,
        answer: { how: 'accepted', afterMs: 0 },
        state: 'held',
        agentId,
        offer: 0,
      }
      this.customers.set(interactionId, customer)
      this.crew.take(agentId, channel, startAt)
      this.push(startAt + handleMs.draw(random), { what: 'finish', customer })
      return { type: 'interaction.assigned', at: startAt, interactionId, agentId, channel }
    })
    for (const event of begin) this.levels.told(event)
    this.tellAll([...begin, ...work])
    if (this.levels.asked) this.push(startAt, { what: 'tick' })
  }

  private push(at: number, due: Due): void {
    if (at < Number.POSITIVE_INFINITY) this.due.push(Math.round(at), due)
  }

  private tell(event: RoutingEvent): void {
    const decisions = this.router.apply(event)
    this.record?.([event], decisions, this.now)
    this.carryOut(decisions)
  }

  private tellAll(told: readonly RoutingEvent[]): void {
    const decisions = this.router.applyAll(told)
    this.record?.(told, decisions, this.now)
    this.carryOut(decisions)
  }

  private happen(due: Due): void {
    switch (due.what) {
      case 'arrival': {
        this.arrive(due)
        due.index++
        this.push(due.next(), due)
        break
      }
      case 'abandoned':
      case 'left':
        if (due.customer.state === 'waiting' || due.customer.state === 'offered') {
          this.leave(due.customer, due.what)
          this.tell({
            type: 'interaction.removed',
            at: this.now,
            interactionId: due.customer.id,
            ...(due.what === 'abandoned' && { abandoned: true }),
          })
        }
        break
      case 'answer':
        this.answer(due.customer, due.offer)
        break
      case 'finish':
        this.finish(due.customer)
        break
      case 'tick':
        this.tickAt = Number.POSITIVE_INFINITY
        for (const event of this.levels.due(this.now)) this.tell(event)
        if (this.levels.asked) this.tickLevels()
        this.tell({ type: 'tick', at: this.now })
        break
      case 'schedule':
        this.followSchedule()
        break
    }
  }

  private tickLevels(): void {
    if (this.levels.nextAt <= this.tickAt) {
      this.tickAt = this.levels.nextAt
      this.due.push(this.tickAt, { what: 'tick' })
    }
  }

  private followSchedule(): void {
    const schedule = this.scenario.schedule ?? []
    const told: RoutingEvent[] = []
    for (let event = schedule[this.scheduled]; event && event.at <= this.now; event = schedule[++this.scheduled]) {
      this.crew.told(event, this.now)
      this.otherWork(event)
      this.levels.told(event)
      told.push(event)
    }
    this.tellAll(told)
    const next = schedule[this.scheduled]
    if (next) this.push(next.at, { what: 'schedule' })
    if (this.levels.asked) this.tickLevels()
  }

  /** Work that did not come through the router keeps its agents busy all the same. */
  private otherWork(event: RoutingEvent): void {
    if (event.type === 'interaction.assigned') {
      this.finishOther(event.interactionId)
      this.other.set(event.interactionId, event)
      this.crew.take(event.agentId, event.channel, this.now)
    } else if (event.type === 'interaction.released' || event.type === 'interaction.removed')
      this.finishOther(event.interactionId)
  }

  private finishOther(interactionId: string): void {
    const held = this.other.get(interactionId)
    if (!held) return
    this.crew.release(held.agentId, held.channel, this.now)
    this.other.delete(interactionId)
  }

  private arrive({ source, index, random }: Due & { what: 'arrival' }): void {
    const { enteredAt = this.now, queuedAt = enteredAt, ...need } = source.need(index)
    const customer: Customer = {
      id: this.scenario.newId?.(source) ?? String(this.made++),
      source,
      arrivedAt: enteredAt,
      handleMs: Math.max(1, Math.round(source.handleMs.draw(random))),
      answer: drawAnswer(source, random),
      state: 'waiting',
      agentId: '',
      offer: 0,
    }
    this.customers.set(customer.id, customer)
    const patienceMs = source.patienceMs?.draw(random) ?? Number.POSITIVE_INFINITY
    const leaveMs = source.leaveMs?.draw(random) ?? Number.POSITIVE_INFINITY
    this.push(Math.max(this.now, enteredAt + Math.min(patienceMs, leaveMs)), {
      what: patienceMs <= leaveMs ? 'abandoned' : 'left',
      customer,
    })
    this.levels.came(customer)
    const tally = this.tallyOf(customer)
    if (tally) tally.offered++
    this.tell({
      ...need,
      type: 'interaction.queued',
      at: this.now,
      interactionId: customer.id,
      queueId: source.queueId,
      channel: source.channel,
      queuedAt,
    })
  }

  private carryOut(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      const customer = this.customers.get(decision.interactionId)
      if (!customer) continue
      if (decision.type === 'expireOffer') {
        customer.state = 'waiting'
        this.tell({
          type: 'offer.withdrawn',
          at: this.now,
          interactionId: customer.id,
          agentId: decision.agentId,
          reason: 'expired',
        })
        continue
      }
      this.offers++
      customer.state = 'offered'
      customer.agentId = decision.agentId
      const offer = ++customer.offer
      if (offer > 1) customer.answer = drawAnswer(customer.source, this.answerRandom)
      const { how, afterMs } = customer.answer
      if (how === 'expired') continue
      if (afterMs > 0) this.push(this.now + afterMs, { what: 'answer', customer, offer })
      else this.answer(customer, offer)
    }
  }

  private answer(customer: Customer, offer: number): void {
    if (customer.state !== 'offered' || customer.offer !== offer) return
    const { id: interactionId, agentId, source } = customer
    if (customer.answer.how === 'rejected') {
      customer.state = 'waiting'
      this.tell({ type: 'offer.withdrawn', at: this.now, interactionId, agentId, reason: 'rejected' })
      return
    }
    this.leave(customer, 'answered')
    customer.state = 'held'
    this.crew.take(agentId, source.channel, this.now)
    this.push(this.now + customer.handleMs, { what: 'finish', customer })
    this.tell({ type: 'interaction.assigned', at: this.now, interactionId, agentId, channel: source.channel })
  }

  private finish(customer: Customer): void {
    this.crew.release(customer.agentId, customer.source.channel, this.now)
    this.customers.delete(customer.id)
    this.tell({ type: 'interaction.removed', at: this.now, interactionId: customer.id })
  }

  /** The wait is over, in one way or another. */
  private leave(customer: Customer, how: Outcome): void {
    const { source, arrivedAt } = customer
    const waitMs = this.now - arrivedAt
    const tally = this.tallyOf(customer)
    this.levels.left(customer, how, waitMs)
    if (how === 'abandoned' || how === 'left') {
      customer.state = 'gone'
      this.customers.delete(customer.id)
    }
    if (!tally) return
    const queue = this.queues.get(source.queueId)!
    countWait(tally, how, waitMs, source)
    queue.longestWaitMs = Math.max(queue.longestWaitMs, waitMs)
    if (how === 'answered') queue.waits.add(waitMs)
  }

  /** Null for those who came before counting begins. */
  private tallyOf({ arrivedAt, source }: Customer): Tally | null {
    if (arrivedAt < this.countFromAt) return null
    const { bucketMs } = this.scenario
    const index = bucketMs === undefined ? 0 : Math.floor((arrivedAt - this.countFromAt) / bucketMs)
    const { buckets } = this.queues.get(source.queueId)!
    while (buckets.length <= index) buckets.push(emptyTally())
    return buckets[index]!
  }
}
