/**
 * Something like speech, the same everywhere: a pitch that glides with its harmonics through three moving formants, hiss between, pauses; loud enough to reach every detector.
 * For tests and benchmarks that must not depend on a synthesiser.
 */
export function speechLike(seconds: number, sampleRate = 8000): Int16Array {
  let state = 12_345
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const out = new Int16Array(seconds * sampleRate)
  let phase = 0
  for (let at = 0; at < out.length; ) {
    const length = Math.floor((0.05 + random() * 0.2) * sampleRate)
    const kind = random()
    const from = 90 + random() * 160
    const to = from * (0.8 + random() * 0.4)
    const formants = [300 + random() * 500, 800 + random() * 1500, 2200 + random() * 1000]
    const gains = Array.from({ length: Math.floor(sampleRate / 2.2 / Math.max(from, to)) }, (_, k) =>
      Math.max(0.02, ...formants.map(formant => 1 / (1 + (((k + 1) * from - formant) / 90) ** 2))),
    )
    for (let i = 0; i < length && at < out.length; i++, at++) {
      const share = i / length
      const edge = Math.min(1, share * 10, (1 - share) * 10)
      if (kind < 0.15) continue
      if (kind < 0.3) {
        out[at] = Math.round((random() - 0.5) * 4000 * edge)
        continue
      }
      phase += (2 * Math.PI * (from + (to - from) * share)) / sampleRate
      let sum = 0
      for (let k = 0; k < gains.length; k++) sum += gains[k]! * Math.sin((k + 1) * phase)
      out[at] = Math.round(Math.max(-1, Math.min(1, sum / 3)) * 16_000 * edge)
    }
  }
  return out
}
