/** 0 is Sunday; a week begins on Monday. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 0] as const

const DAY_MINUTES = 24 * 60
const two = (n: number): string => String(n).padStart(2, '0')

/** "09:00" of minutes from midnight; the end of the day is "24:00". */
export const clockOf = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

/** Minutes from midnight of an input of time. @returns null: nothing is in it. */
export function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(clock) ?? []
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes)
}

/** The same for the end of something: midnight is that of the day after. */
export const endMinutesOf = (clock: string): number | null =>
  minutesOf(clock) || (clock === '' ? null : DAY_MINUTES)
