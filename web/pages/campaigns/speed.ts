/** How fast a campaign may go; the API has the last word, and a test keeps the limits equal. */
import type { TFunction } from 'i18next'

export const LIMITS = { windowSize: 500, callsPerSecond: 50, slowest: 0.01 } as const

export const windowError = (typed: number | string, t: TFunction): string | null =>
  typeof typed === 'number' && Number.isInteger(typed) && typed >= 1 && typed <= LIMITS.windowSize
    ? null
    : t('campaign.speed.error_window', { max: LIMITS.windowSize })

export const rateError = (typed: number | string, t: TFunction): string | null =>
  typeof typed === 'number' && typed >= LIMITS.slowest && typed <= LIMITS.callsPerSecond
    ? null
    : t('campaign.speed.error_rate', { max: LIMITS.callsPerSecond })
