/** When the news of a result is told again to a program that did not take it. Pure. */

/** Seconds until the next try after the first, second … that failed; after the last it is put aside for a person. */
const GAPS_SECONDS = [30, 120, 300, 600] as const
export const WEBHOOK_TRIES = GAPS_SECONDS.length + 1

/** @param tries made so far. @returns ms since the epoch; null: no more by itself. */
export function nextWebhookTryMs(tries: number, nowMs: number): number | null {
  const gap = GAPS_SECONDS[tries - 1]
  return gap === undefined ? null : nowMs + gap * 1_000
}

/** What is signed: the moment is part of it, so that an old message is no new one. @param at unix seconds. */
export const signedWebhookText = (at: number, body: string): string => `${at}.${body}`

export const WEBHOOK_HEADERS = {
  /** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">` */
  signature: 'x-daeri-signature',
  event: 'x-daeri-event',
  /** The same at each try: what was taken already is known by it. */
  delivery: 'x-daeri-delivery',
} as const

export type WebhookKind = 'outbound_result'
