import { parentPort } from 'node:worker_threads'
import { runExperiment } from './experiments.ts'

/** Runs what it is asked for, one at a time. */
parentPort?.on('message', ({ name, seed, customers }: { name: string; seed: number; customers: number }) => {
  parentPort?.postMessage({ name, seed, measured: runExperiment(name, seed, customers) })
})
