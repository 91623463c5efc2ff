import { ApiError } from '@centrala/api/client.ts'
import { useCallback, useMemo, useState } from 'react'
import { hasWords, problemWords } from '../../../i18n/problem-words.ts'
import { type FormIssue, formIssue, issueWords } from './issue-words.ts'
import { replaced } from './replaced.ts'

/** As much of a Zod schema as a form needs. */
export interface Schema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: { issues: readonly unknown[] } }
}

export interface Draft<Value> {
  value: Value
  set: (patch: Partial<Value>) => void
  /** Changes one value deep inside, `config.imap.host`; undefined removes it. Only its own errors are shown then. */
  setIn: (path: string, next: unknown) => void
  /** What is wrong with a field, once it has been touched or saving was tried: `error('weights.voice')`. */
  error: (path: string) => string | null
  /** The first thing that is wrong at a path or anywhere below. */
  errorBelow: (path: string) => string | null
  isValid: boolean
  isDirty: boolean
  /** Shows everything that is wrong, or what is wrong at a path and below. @returns whether it may be used */
  check: (path?: string) => boolean
  /** Shows what the server refused, field by field. @returns whether it named a field that this form has */
  refuse: (error: unknown) => boolean
}

/**
 * A form's value, validated as it is typed by the same schema that the server uses. An error is shown from the moment its field
 * has been changed, and no sooner.
 */
export function useDraft<Value extends object>(schema: Schema<unknown>, initial: Value): Draft<Value> {
  const [start] = useState(initial)
  const [value, setValue] = useState(initial)
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [showAll, setShowAll] = useState(false)
  const [refused, setRefused] = useState<readonly FormIssue[]>([])

  const issues = useMemo(() => {
    const parsed = schema.safeParse(value)
    return parsed.success
      ? []
      : parsed.error.issues.map(issue => formIssue(issue as Parameters<typeof formIssue>[0], value))
  }, [schema, value])

  const set = useCallback((patch: Partial<Value>) => {
    setValue(before => ({ ...before, ...patch }))
    setTouched(before => new Set([...before, ...Object.keys(patch)]))
    setRefused(before => before.filter(issue => !Object.keys(patch).includes(issue.path.split('.')[0] ?? '')))
  }, [])

  const setIn = useCallback((path: string, next: unknown) => {
    setValue(before => replaced(before, path.split('.'), next) as Value)
    setTouched(before => new Set([...before, path]))
    setRefused(before => before.filter(issue => issue.path !== path))
  }, [])

  const isTouched = (path: string): boolean =>
    touched.has(path) || (path.includes('.') && isTouched(path.slice(0, path.lastIndexOf('.'))))
  const find = (matches: (path: string) => boolean): string | null => {
    const own = issues.find(issue => matches(issue.path) && (showAll || isTouched(issue.path)))
    if (own) return issueWords(own)
    return refused.find(issue => matches(issue.path))?.message ?? null
  }
  return {
    value,
    set,
    setIn,
    error: path => find(other => other === path),
    errorBelow: path => find(other => other === path || other.startsWith(`${path}.`)),
    isValid: issues.length === 0,
    isDirty: JSON.stringify(value) !== JSON.stringify(start),
    check(path) {
      if (path === undefined) setShowAll(true)
      else setTouched(before => new Set([...before, path]))
      return !issues.some(issue => path === undefined || issue.path === path || issue.path.startsWith(`${path}.`))
    },
    refuse(error) {
      const fields = error instanceof ApiError ? (error.problem.fields ?? []) : []
      // One field, and words of our own for what is wrong with it: those, in the reader's language.
      const words = fields.length === 1 && hasWords(error) ? problemWords(error) : null
      setRefused(
        fields.map(field => ({
          path: field.path.replace(/^body\./, ''),
          code: 'custom',
          message: words ?? field.message,
        })),
      )
      return fields.length > 0
    },
  }
}
