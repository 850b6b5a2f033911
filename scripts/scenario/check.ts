/** One sentence of a verdict, and how what was found is held against what was expected. */
import type { Count } from './schema.ts'

export interface Check {
  readonly what: string
  readonly passed: boolean
  readonly expected: string
  readonly actual: string
}

export function countHolds(wanted: Count, actual: number): boolean {
  if (typeof wanted === 'number') return wanted === actual
  return actual >= (wanted.min ?? 0) && actual <= (wanted.max ?? Number.POSITIVE_INFINITY)
}

export const show = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')

/** Recognition sets blanks and punctuation as it likes. */
export const bare = (text: string): string => text.replaceAll(/[\s\p{P}]+/gu, '')
