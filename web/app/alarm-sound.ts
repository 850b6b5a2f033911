/** The sound of a new Issue, made here: two calm tones, no file to load. Muted per browser. */

const STORAGE_KEY = 'daeri-alarm-muted'
const listeners = new Set<() => void>()

export const isMuted = (): boolean => localStorage.getItem(STORAGE_KEY) === 'yes'

export function setMuted(muted: boolean): void {
  if (muted) localStorage.setItem(STORAGE_KEY, 'yes')
  else localStorage.removeItem(STORAGE_KEY)
  for (const listener of listeners) listener()
}

/** Shape of useSyncExternalStore; another tab's choice is followed too. */
export function subscribeMuted(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** Hertz and seconds from the start. */
const TONES = [
  [660, 0],
  [880, 0.18],
  [880, 0.52],
] as const
const TONE_SECONDS = 0.32
const VOLUME = 0.2

let context: AudioContext | undefined

/** Plays unless muted. Browsers that have not been touched yet stay silent: the rest of the alarm shows. */
export function playAlarm(): void {
  if (isMuted()) return
  // An old browser, or a machine without sound: the rest of the alarm shows.
  if (!('AudioContext' in window)) return
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume()
  const { currentTime, destination } = context
  for (const [frequency, after] of TONES) {
    const [oscillator, gain] = [context.createOscillator(), context.createGain()]
    const start = currentTime + after
    oscillator.frequency.value = frequency
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(VOLUME, start + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.001, start + TONE_SECONDS)
    oscillator.connect(gain).connect(destination)
    oscillator.start(start)
    oscillator.stop(start + TONE_SECONDS)
  }
}
