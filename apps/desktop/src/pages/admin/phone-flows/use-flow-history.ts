import type { Flow } from '@centrala/api/run-flow.ts'
import { useCallback, useState } from 'react'

/** Changes that follow one another in the same field within this time are undone together. */
const TOGETHER_MS = 1000
const MOST = 200

interface History {
  past: readonly Flow[]
  present: Flow
  future: readonly Flow[]
  /** What was changed last, and when. */
  field: string
  at: number
}

export interface FlowHistory {
  flow: Flow
  /** `field` names what is being typed in, so that a word is one step of undo. */
  change: (flow: Flow, field?: string) => void
  undo: (() => void) | null
  redo: (() => void) | null
}

/** A flow with its past: every change can be taken back. */
export function useFlowHistory(initial: Flow): FlowHistory {
  const [history, setHistory] = useState<History>({ past: [], present: initial, future: [], field: '', at: 0 })
  const change = useCallback((flow: Flow, field = '') => {
    const at = Date.now()
    setHistory(before => {
      const isSame = field !== '' && field === before.field && at - before.at < TOGETHER_MS
      const past = isSame ? before.past : [...before.past, before.present].slice(-MOST)
      return { past, present: flow, future: [], field, at }
    })
  }, [])
  const undo = useCallback(
    () =>
      setHistory(before => {
        const present = before.past.at(-1)
        if (!present) return before
        return {
          past: before.past.slice(0, -1),
          present,
          future: [before.present, ...before.future],
          field: '',
          at: 0,
        }
      }),
    [],
  )
  const redo = useCallback(
    () =>
      setHistory(before => {
        const [present, ...future] = before.future
        if (!present) return before
        return { past: [...before.past, before.present], present, future, field: '', at: 0 }
      }),
    [],
  )
  return {
    flow: history.present,
    change,
    undo: history.past.length > 0 ? undo : null,
    redo: history.future.length > 0 ? redo : null,
  }
}
