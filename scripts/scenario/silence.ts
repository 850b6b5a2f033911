/** How long nobody was heard, as the phone on the other side of the line had it. */
import type { WorldCall } from './world-client.ts'

/**
 * The longest time in which neither side spoke, from our first word to the last of anybody, in ms; 0 where we said
 * nothing. What still goes on counts as spoken up to its beginning.
 */
export function longestSilenceMs(transcript: WorldCall['transcript']): number {
  const begin = transcript.find(({ speaker }) => speaker === 'them')?.at_ms
  if (begin === undefined) return 0
  let [longest, heardUntil] = [0, begin]
  for (const { at_ms, end_ms } of transcript.toSorted((a, b) => a.at_ms - b.at_ms)) {
    longest = Math.max(longest, at_ms - heardUntil)
    heardUntil = Math.max(heardUntil, end_ms ?? at_ms)
  }
  return longest
}
