/** Sums beyond 16 bits are clipped. */
export function saturate(sum: Int32Array, out: Int16Array): void {
  for (let i = 0; i < out.length; i++) {
    const value = sum[i]!
    out[i] = Math.min(32_767, Math.max(-32_768, value))
  }
}
