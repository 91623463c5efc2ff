import type { Problem } from '@centrala/api/problem.ts'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from '../../../components/toast.tsx'

/** Plays a sound of the server, one at a time; says in words why not. */
export function useHear() {
  const { t } = useTranslation('adminPhone')
  const player = useRef<HTMLAudioElement | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => () => player.current?.pause(), [])
  const hear = async (url: string) => {
    player.current?.pause()
    setBusy(true)
    try {
      const answer = await fetch(url)
      if (!answer.ok) {
        const problem = (await answer.json().catch(() => null)) as Problem | null
        toast({ tone: 'bad', title: problem?.detail ?? t('notHeard') })
        return
      }
      const address = URL.createObjectURL(await answer.blob())
      const audio = new Audio(address)
      audio.onended = () => URL.revokeObjectURL(address)
      player.current = audio
      await audio.play()
    } catch {
      toast({ tone: 'bad', title: t('notHeard') })
    } finally {
      setBusy(false)
    }
  }
  return { hear, busy, stop: () => player.current?.pause() }
}
