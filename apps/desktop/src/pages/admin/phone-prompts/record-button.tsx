import { Mic, Square } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { toast } from '../../../components/toast.tsx'
import { clockDuration } from '../../../i18n/format.ts'

/** Records by the microphone, from one press to the next. */
export function RecordButton({ onRecorded }: { onRecorded: (audio: Blob) => void }) {
  const { t } = useTranslation('adminPhone')
  const recorder = useRef<MediaRecorder | null>(null)
  const [since, setSince] = useState<number | null>(null)
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [since])
  // Closing the drawer lets go of the microphone.
  useEffect(
    () => () => {
      for (const track of recorder.current?.stream.getTracks() ?? []) track.stop()
    },
    [],
  )
  const start = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const recording = new MediaRecorder(stream)
      const parts: Blob[] = []
      recording.ondataavailable = event => parts.push(event.data)
      recording.onstop = () => {
        for (const track of stream.getTracks()) track.stop()
        setSince(null)
        onRecorded(new Blob(parts, { type: recording.mimeType }))
      }
      recorder.current = recording
      recording.start()
      setNow(Date.now())
      setSince(Date.now())
    } catch {
      toast({ tone: 'bad', title: t('prompts.noMicrophone') })
    }
  }
  if (since === null)
    return (
      <Button size="sm" icon={Mic} onClick={() => void start()}>
        {t('prompts.record')}
      </Button>
    )
  return (
    <Button size="sm" look="danger" icon={Square} onClick={() => recorder.current?.stop()}>
      {t('prompts.stop')} <span className="figures">{clockDuration(now - since)}</span>
    </Button>
  )
}
