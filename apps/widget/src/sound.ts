let context: AudioContext | null = null

/** Two soft notes. Silent until the visitor has touched the page, as browsers demand. */
export function ding(): void {
  try {
    context ??= new AudioContext()
    if (context.state === 'suspended') context.resume().catch(() => {})
    const start = context.currentTime
    for (const [index, frequency] of [659.25, 880].entries()) {
      const tone = context.createOscillator()
      const volume = context.createGain()
      const at = start + index * 0.11
      tone.frequency.value = frequency
      volume.gain.setValueAtTime(0, at)
      volume.gain.linearRampToValueAtTime(0.08, at + 0.015)
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35)
      tone.connect(volume).connect(context.destination)
      tone.start(at)
      tone.stop(at + 0.4)
    }
  } catch {
    // no sound on this device
  }
}
