import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { LiveEvents, type LiveStatus } from '../api/live-events.ts'
import type { LiveEvent } from '../api/types.ts'

const LiveContext = createContext<LiveEvents | null>(null)
const nothing = () => () => {}

/** Keeps the event socket open as long as it is on screen. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const [events] = useState(() => new LiveEvents(client))
  useEffect(() => events.start(), [events])
  return <LiveContext value={events}>{children}</LiveContext>
}

/** Calls back with each live event while it is on screen; `hear` must stay the same function. */
export function useLiveEvent(hear: (event: LiveEvent) => void): void {
  const events = useContext(LiveContext)
  useEffect(() => events?.hear(hear), [events, hear])
}

export function useLiveStatus(): LiveStatus {
  const events = useContext(LiveContext)
  return useSyncExternalStore(events?.subscribe ?? nothing, events?.status ?? (() => 'connecting'))
}
