/** Why there is no microphone. `insecure`: browsers give it to pages over HTTPS (or on localhost) only. */
export type MicrophoneProblem = 'denied' | 'missing' | 'busy' | 'insecure'

export type MicrophoneAnswer = { ok: true; stream: MediaStream } | { ok: false; why: MicrophoneProblem }

const PROBLEMS: Record<string, MicrophoneProblem> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

/** Asks for the microphone; the browser asks the person where it must. A chosen one that is not plugged in gives way to the system's choice. */
export async function openMicrophone(deviceId: string): Promise<MicrophoneAnswer> {
  if (!navigator.mediaDevices) return { ok: false, why: 'insecure' }
  const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  const attempt = async (exact: boolean): Promise<MicrophoneAnswer> => {
    try {
      const audio = exact ? { ...wanted, deviceId: { exact: deviceId } } : wanted
      return { ok: true, stream: await navigator.mediaDevices.getUserMedia({ audio }) }
    } catch (error) {
      const why = PROBLEMS[error instanceof DOMException ? error.name : ''] ?? 'busy'
      return exact && why === 'missing' ? attempt(false) : { ok: false, why }
    }
  }
  return attempt(deviceId !== '')
}

/** What the person has already said to this page's wish for the microphone. */
export async function microphonePermission(): Promise<PermissionState> {
  if (!navigator.mediaDevices) return 'prompt'
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state
  } catch {
    // A browser that does not know the question asks when it comes to it.
    return 'prompt'
  }
}

/** Tells how loud a stream is, 0 to 1 on a scale that speech fills, ten times a second. Returns the way to stop. */
export function watchLevel(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext()
  const source = context.createMediaStreamSource(stream)
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    let sum = 0
    for (const sample of samples) sum += sample * sample
    const decibels = 10 * Math.log10(sum / samples.length + 1e-10)
    // -60 dBFS is a quiet room, -10 a loud voice.
    tell(Math.min(1, Math.max(0, (decibels + 60) / 50)))
  }, 100)
  return () => {
    clearInterval(timer)
    source.disconnect()
    void context.close()
  }
}
