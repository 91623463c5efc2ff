import { type Call, sendDigits } from '@centrala/api/call.ts'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { Dialog } from '../components/dialog.tsx'
import { problemWords } from '../i18n/problem-words.ts'
import { Keypad } from './keypad.tsx'

/** Keys for a machine on the other side: pressed here or typed, sent in their order. */
export function KeypadDialog({ call, onClose }: { call: Call; onClose: () => void }) {
  const { t } = useTranslation('call')
  const [pressed, setPressed] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const sending = useRef<Promise<unknown>>(Promise.resolve())
  const send = (digits: string) => {
    setPressed(before => (before + digits).slice(-24))
    setProblem(null)
    sending.current = sending.current
      .then(() => api.call(sendDigits, { params: { id: call.id }, body: { digits } }))
      .catch(error => setProblem(problemWords(error)))
  }
  const latest = useRef(send)
  latest.current = send
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return
      event.preventDefault()
      latest.current(event.key)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <Dialog open onClose={onClose} width="sm" title={t('keypad.title')} description={t('keypad.hint')}>
      <output aria-live="polite" className="figures mb-3 block h-7 truncate text-center text-xl tracking-widest">
        {pressed}
      </output>
      <Keypad onKey={send} />
      <p role="alert" className="mt-2 min-h-5 text-bad-ink text-xs">
        {problem}
      </p>
    </Dialog>
  )
}
