/**
 * A caller who wants a person, or whom the AI can't help, is put through at once where somebody is at the desk. The call back that
 * `hand_over` promises is for when nobody is.
 */
import { patched } from '@temporalio/workflow'
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import { TRANSFER_TO_DESK } from '../domain/outbound-policy.ts'
import { HAND_OVER, MAX_TRANSFER_REASON } from '../domain/person-transfer.ts'
import { type PersonTransferRoom, PersonTransfers } from './person-transfer.ts'

type InboundRoom = Omit<PersonTransferRoom, 'outboundId' | 'ownNumber' | 'briefing' | 'ringLimitMs'>

/** Two telephones ring that long, one after the other; then the AI goes on. */
const RING_LIMIT_MS = 20_000

export class InboundPerson {
  readonly #room: InboundRoom
  readonly #transfers: PersonTransfers
  /** Somebody has talked with them: nobody owes them a call. */
  wasPutThrough = false

  constructor(room: InboundRoom) {
    this.#room = room
    this.#transfers = new PersonTransfers({
      ...room,
      outboundId: null,
      ownNumber: '',
      ringLimitMs: RING_LIMIT_MS,
      // They are connected at once: what it is about stands on the call's page.
      briefing: () => [],
    })
  }

  /** After the tools were carried out: the caller is noted as somebody to call back, whatever comes now. */
  async carryOut(calls: readonly ToolCall[], results: readonly ToolResult[]): Promise<readonly ToolResult[]> {
    const asked = calls.find(({ name }) => name === HAND_OVER)
    const isNoted = results.some(({ toolCallId, ok }) => toolCallId === asked?.id && ok)
    const { leg, supervision } = this.#room
    // Somebody of ours who joins from the call's page is on the way already.
    if (asked === undefined || !isNoted || leg.over || supervision.hasTalker) return results
    if (!patched('person-at-once')) return results
    const { reason: given } = asked.input
    const reason = typeof given === 'string' ? given.trim().slice(0, MAX_TRANSFER_REASON) : ''
    const wish = { to: TRANSFER_TO_DESK, mode: 'blind', askedBy: 'caller', reason } as const
    const isConnected = (await this.#transfers.run(wish)) === 'connected'
    this.wasPutThrough ||= isConnected
    return results.map((result) =>
      result.toolCallId !== asked.id
        ? result
        : { ...result, mustTell: !isConnected, content: withConnected(result.content, isConnected) },
    )
  }
}

/** The result says what was noted; that is what is told where nobody was free. */
const withConnected = (content: string, connected: boolean): string =>
  JSON.stringify({ ...(JSON.parse(content) as object), connected })
