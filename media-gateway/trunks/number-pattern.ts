/** Numbers as trunks name them: digits, or their beginning followed by `*`. */
import { normalizePhone } from '../../domain/phone-number.ts'

/** Carriers write the same number in E.164 (+8210…), with or without the plus, or as it is dialled. */
export const nationalNumber = (written: string): string =>
  normalizePhone(written) ?? written.replaceAll(/\D/g, '')

/** @param number national digits. */
export function matchesAny(patterns: readonly string[], number: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? number.startsWith(pattern.slice(0, -1)) : number === pattern,
  )
}

/** Length of the longest beginning that the number has; -1 where it has none of them. */
export function longestPrefix(prefixes: readonly string[], number: string): number {
  return prefixes.reduce(
    (longest, prefix) => (number.startsWith(prefix) ? Math.max(longest, prefix.length) : longest),
    -1,
  )
}
