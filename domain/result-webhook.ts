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

/** What happened, as the row names it, and as the other program is told. */
export const WEBHOOK_EVENTS = {
  outbound_result: 'outbound.result',
  /** Everybody on its list was called, or will never be. */
  campaign_completed: 'campaign.completed',
  /** A person ended it before. */
  campaign_stopped: 'campaign.stopped',
  /** The circuit breaker has paused it. */
  campaign_paused: 'campaign.paused',
} as const
export type WebhookKind = keyof typeof WEBHOOK_EVENTS
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[WebhookKind]

/** @throws where the row is of a kind that this build does not know. */
export function parseWebhookKind(kind: string): WebhookKind {
  if (!Object.hasOwn(WEBHOOK_EVENTS, kind)) throw new Error(`no kind of news: ${kind}`)
  return kind as WebhookKind
}
