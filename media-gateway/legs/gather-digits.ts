/** Gathers digits on a live leg; what was dialled just before, and belongs to no earlier number, counts. */
import type { GatherDigitsInput, GatherDigitsResult } from '../../domain/leg-operations.ts'
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import type { LoggedMessage, LogItem } from './caller-log.ts'
import { DigitGatherer } from './digit-gatherer.ts'
import type { LegMedia } from './leg-media.ts'

/** Impatient people dial before the question is over; what is older than this they dialled for something else. */
const TYPED_AHEAD_MS = 10_000

/** Digits that are part of a number already. */
const taken = new WeakSet<LoggedMessage>()

/**
 * Resolves when the number is complete, or the leg over.
 * @param signal gives up; what was gathered until then is the result.
 * @throws DigitRulesError
 */
export async function gatherDigits(
  media: LegMedia,
  input: GatherDigitsInput,
  signal?: AbortSignal,
): Promise<GatherDigitsResult> {
  const gatherer = new DigitGatherer(input, performance.now())
  const { promise, resolve } = Promise.withResolvers<GatherDigitsResult>()
  let timer: NodeJS.Timeout | undefined
  const settle = () => {
    clearTimeout(timer)
    if (gatherer.result !== undefined) return resolve(gatherer.result)
    timer = setTimeout(check, Math.max(0, gatherer.deadlineMs - performance.now()) + 1)
  }
  const check = () => {
    gatherer.check(performance.now())
    settle()
  }
  const hear = (item: LogItem) => {
    if (item.kind !== 'message' || item.message.type !== 'digit') return
    if (gatherer.result !== undefined || taken.has(item.message)) return
    taken.add(item.message)
    if (input.interrupts !== false) media.command({ type: 'clear' })
    gatherer.digit(item.message.digit, performance.now())
    settle()
  }
  const giveUp = () => {
    gatherer.legEnded()
    settle()
  }
  const since = Math.max(0, media.edge - TYPED_AHEAD_MS * SAMPLES_PER_MS)
  const attachment = media.attach(since, { item: hear, ended: giveUp })
  if (signal?.aborted) giveUp()
  signal?.addEventListener('abort', giveUp, { once: true })
  for (const item of attachment.replay) hear(item)
  settle()
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    attachment.detach()
    signal?.removeEventListener('abort', giveUp)
  }
}
