/** Times of the fixtures, always relative to now, as the API writes them. */
const KST_MS = 9 * 3600_000
const MINUTE_MS = 60_000

export const kst = (epochMs: number): string =>
  new Date(epochMs + KST_MS).toISOString().replace(/\.\d+Z$/, '+09:00')

/** @param minutes negative: ago. */
export const inMinutes = (minutes: number): string => kst(Date.now() + minutes * MINUTE_MS)

/** The next full half hour after so many hours. */
export function wantedIn(hours: number): string {
  const half = 30 * MINUTE_MS
  return kst(Math.ceil((Date.now() + hours * 3600_000) / half) * half)
}
