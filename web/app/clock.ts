import { useSyncExternalStore } from 'react'

const SECOND_MS = 1000
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, SECOND_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** Epoch in milliseconds, once a second; one timer for every countdown on the screen. */
export const useNow = (): number =>
  useSyncExternalStore(subscribe, () => (timer === undefined ? refresh() : now))

/** Nobody kept the time so far: take it now, but keep one value within the second, as React expects. */
function refresh(): number {
  const current = Date.now()
  if (current - now >= SECOND_MS) now = current
  return now
}

/** Changes once a minute: for "today" and "tomorrow", which need no more. */
export const useMinute = (): number =>
  useSyncExternalStore(subscribe, () => Math.floor(Date.now() / 60_000) * 60_000)
