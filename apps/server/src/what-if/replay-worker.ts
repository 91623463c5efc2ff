import { parentPort } from 'node:worker_threads'
import { Observer } from '@centrala/core/replay/observe.ts'
import { Repeater } from '@centrala/core/replay/repeat.ts'
import { whatIf } from '@centrala/core/replay/what-if.ts'
import type { TurnText } from '@centrala/store/routing-journal.ts'
import type { Assignment, FromWorker, ToWorker } from './replay-message.ts'

/** A thread of its own: reads the journal it is given, decides again and simulates, so that the server goes on answering meanwhile. */
class ReplayWorker {
  private readonly assignment: Assignment
  private readonly observer: Observer
  private readonly repeater: Repeater

  constructor(assignment: Assignment) {
    const { fromAt, toAt, names } = assignment
    this.assignment = assignment
    this.observer = new Observer(fromAt, toAt)
    this.repeater = new Repeater(id => names.get(id) ?? 'someone removed')
  }

  read(turns: readonly TurnText[]): void {
    for (const { told, decisions, ...turn } of turns) {
      const parsed = { ...turn, told: JSON.parse(told), decisions: JSON.parse(decisions) }
      this.repeater.take(parsed)
      this.observer.take(parsed)
    }
    tell({ type: 'next' })
  }

  finish(): void {
    const { changes, promised, runs, mostMs } = this.assignment
    const observation = this.observer.finish()
    const until = Date.now() + mostMs
    const onRun = (done: number) => {
      tell({ type: 'progress', done })
      return Date.now() < until
    }
    tell({
      type: 'done',
      replayed: {
        fromAt: observation.fromAt,
        toAt: observation.toAt,
        exact: this.repeater.result,
        starts: observation.starts,
        open: observation.entries.filter(({ outcome }) => outcome === 'waits').length,
        whatIf: changes && whatIf(observation, promised, changes, { runs, onRun }),
      },
    })
  }
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message)
}

let worker: ReplayWorker | undefined
parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'assignment') {
    worker = new ReplayWorker(message.assignment)
    tell({ type: 'next' })
  } else if (message.type === 'page') worker?.read(message.turns)
  else worker?.finish()
})
