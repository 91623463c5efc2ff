import { type FormEvent, useRef, useState } from 'react'
import { Input } from '../../../components/input.tsx'

interface CodeNameProps {
  name: string
  label: string
  /** Told once: the name, or nothing when it was given up. */
  onDone: (name: string) => void
}

/** A name being written in its place. Enter or leaving the field keeps it, Escape gives it up. */
export function CodeName({ name, label, onDone }: CodeNameProps) {
  const [text, setText] = useState(name)
  const done = useRef(false)
  const finish = (result: string) => {
    if (done.current) return
    done.current = true
    onDone(result.trim())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    finish(text)
  }
  return (
    <form onSubmit={submit} className="py-0.5">
      <Input
        autoFocus
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={120}
        onFocus={event => event.target.select()}
        onChange={event => setText(event.target.value)}
        onBlur={() => finish(text)}
        onKeyDown={event => event.key === 'Escape' && finish('')}
        className="max-w-80"
      />
    </form>
  )
}
