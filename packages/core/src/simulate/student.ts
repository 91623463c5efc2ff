/** A mean with its confidence interval. Null where there was nothing to measure. */
export interface Interval {
  mean: number
  low: number
  high: number
}

/**
 * The mean of independent measurements (replications, or batches long enough to be nearly independent) with the confidence interval of Student's t
 * (Law, Simulation Modeling and Analysis, ch. 9). Of one measurement the interval has no width that could be known: it is the whole line.
 */
export function interval(measured: readonly number[], confidence = 0.95): Interval | null {
  const n = measured.length
  if (n === 0) return null
  const mean = measured.reduce((sum, value) => sum + value, 0) / n
  if (n === 1) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const variance = measured.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  const half = studentQuantile(0.5 + confidence / 2, n - 1) * Math.sqrt(variance / n)
  return { mean, low: mean - half, high: mean + half }
}

/** The `p` quantile of Student's t with `degrees` of freedom, by bisection of its distribution. */
export function studentQuantile(p: number, degrees: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, degrees)
  let low = 0
  let high = 1
  while (studentBelow(high, degrees) < p && high < 1e9) high *= 2
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (studentBelow(middle, degrees) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(T ≤ t) for t ≥ 0 and whole degrees of freedom, by the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
function studentBelow(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees))
  const cosine = Math.cos(angle)
  const odd = degrees % 2 === 1
  let term = odd ? cosine : 1
  let sum = 0
  for (let k = odd ? 3 : 2; k <= degrees; k += 2) {
    sum += term
    term *= (cosine * cosine * (k - 1)) / k
  }
  const within = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
  return (1 + within) / 2
}

/**
 * The same, narrowed by a control: something measured in the same runs whose true mean is known. What chance did to it, it most likely did to the other as well, and that much is taken
 * back (Lavenberg and Welch, A Perspective on the Use of Control Variables, 1981). At least three runs.
 */
export function controlledInterval(
  measured: readonly number[],
  control: readonly number[],
  known: number,
  confidence = 0.95,
): Interval | null {
  const n = Math.min(measured.length, control.length)
  if (n < 3) return null
  const mean = (values: readonly number[]) => values.slice(0, n).reduce((sum, value) => sum + value, 0) / n
  const y = mean(measured)
  const x = mean(control)
  let xx = 0
  let xy = 0
  for (let i = 0; i < n; i++) {
    xx += (control[i]! - x) ** 2
    xy += (control[i]! - x) * (measured[i]! - y)
  }
  const slope = xx > 0 ? xy / xx : 0
  let rest = 0
  for (let i = 0; i < n; i++) rest += (measured[i]! - y - slope * (control[i]! - x)) ** 2
  const corrected = y - slope * (x - known)
  const spread = Math.sqrt((rest / (n - 2)) * (1 / n + (xx > 0 ? (x - known) ** 2 / xx : 0)))
  const half = studentQuantile(0.5 + confidence / 2, n - 2) * spread
  return { mean: corrected, low: corrected - half, high: corrected + half }
}
