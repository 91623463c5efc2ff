import type { Random } from './random.ts'

/** A distribution of durations (ms). */
export interface Law {
  draw(random: Random): number
}

export const constant = (ms: number): Law => ({ draw: () => ms })

export const exponential = (meanMs: number): Law => ({ draw: random => -meanMs * Math.log(random.next()) })

/** `cv`: coefficient of variation, standard deviation ÷ mean. Handle times of calls are close to it (Brown et al., Statistical Analysis of a Telephone Call Center, 2005). */
export function lognormal(meanMs: number, cv: number): Law {
  const variance = Math.log(1 + cv * cv)
  const mu = Math.log(meanMs) - variance / 2
  const sigma = Math.sqrt(variance)
  return {
    draw: random => {
      // Box and Muller, 1958; the second normal is thrown away so that every draw takes two numbers.
      const normal = Math.sqrt(-2 * Math.log(random.next())) * Math.cos(2 * Math.PI * random.next())
      return Math.exp(mu + sigma * normal)
    },
  }
}

/** Draws again from what was seen, each with equal weight (bootstrap). There must be something. */
export function empirical(values: readonly number[]): Law {
  return { draw: random => values[random.below(values.length)]! }
}

export const scaled = (law: Law, factor: number): Law =>
  factor === 1 ? law : { draw: random => law.draw(random) * factor }
