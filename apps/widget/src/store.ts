import { useEffect, useState } from 'preact/hooks'

/** A value that others may watch. */
export interface Store<T> {
  get(): T
  set(change: Partial<T>): void
  watch(listener: (value: T, before: T) => void): () => void
}

export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<(value: T, before: T) => void>()
  return {
    get: () => value,
    set(change) {
      const before = value
      value = { ...value, ...change }
      for (const listener of [...listeners]) listener(value, before)
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The present value in a component, which is drawn again when it changes. */
export function useStore<T extends object>(store: Store<T>): T {
  const [value, setValue] = useState(store.get)
  useEffect(() => {
    setValue(store.get())
    return store.watch(setValue)
  }, [store])
  return value
}
