import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'

/** What a player can be told from elsewhere on the page. */
export interface PlayerHandle {
  /** Plays from this second of the recording. */
  readonly playFrom: (seconds: number) => void
}

interface Recordings {
  readonly register: (callId: string, handle: PlayerHandle) => () => void
  readonly playFrom: (callId: string, seconds: number) => void
  readonly canPlay: (callId: string) => boolean
}

const RecordingsContext = createContext<Recordings>({
  register: () => () => {},
  playFrom: () => {},
  canPlay: () => false,
})

/** Connects the players of a page with the words, lines and evidence that jump to a moment in them. */
export function RecordingsProvider({ children }: { readonly children: ReactNode }) {
  const players = useRef(new Map<string, PlayerHandle>())
  const [ready, setReady] = useState<ReadonlySet<string>>(new Set())
  const register = useCallback((callId: string, handle: PlayerHandle) => {
    players.current.set(callId, handle)
    setReady(new Set(players.current.keys()))
    return () => {
      players.current.delete(callId)
      setReady(new Set(players.current.keys()))
    }
  }, [])
  const value = useMemo<Recordings>(
    () => ({
      register,
      playFrom: (callId, seconds) => players.current.get(callId)?.playFrom(seconds),
      canPlay: (callId) => ready.has(callId),
    }),
    [register, ready],
  )
  return <RecordingsContext value={value}>{children}</RecordingsContext>
}

export const useRecordings = (): Recordings => useContext(RecordingsContext)
