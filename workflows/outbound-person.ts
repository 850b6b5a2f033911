/** A requested call and a person: who asks for one, the AI's tool or somebody of ours, and what the AI is told of what came of it. */
import { ApplicationFailure, setHandler } from '@temporalio/workflow'
import type { CallRefusalCode } from '../domain/call-guests.ts'
import type { ToolCall, ToolResult } from '../domain/dialogue.ts'
import { koreanIso } from '../domain/korean-time.ts'
import { DEFAULT_DISPLAY_NAME } from '../domain/outbound-request.ts'
import {
  briefingSentences,
  CONNECT_PERSON,
  DEFAULT_TRANSFER,
  MAX_TRANSFER_REASON,
  type PersonTransferState,
  type PersonTransferWish,
  TRANSFER_ANNOUNCEMENT,
} from '../domain/person-transfer.ts'
import { CALL_REFUSAL } from './call-messages.ts'
import { type OutboundRequestInput, type PutThrough, putThrough } from './outbound-request-messages.ts'
import type { OutboundRequestState } from './outbound-request-state.ts'
import { PersonTransfers } from './person-transfer.ts'
import type { PlacedCall } from './placed-call.ts'

/** A call whose other side is on the line. */
interface LiveTalk {
  readonly call: PlacedCall
  readonly state: OutboundRequestState
  readonly transfers: PersonTransfers
}

export class OutboundPerson {
  readonly #input: OutboundRequestInput
  #talk: LiveTalk | null = null
  /** What somebody of ours asked for, until it is carried out. */
  #wanted: PersonTransferWish | null = null
  #wishes = 0

  constructor(input: OutboundRequestInput) {
    this.#input = input
    setHandler(putThrough, (wish) => this.#putThrough(wish), { validator: (_wish) => this.#check() })
  }

  /** The other side has answered. */
  begin(call: PlacedCall, state: OutboundRequestState): void {
    const { outboundId, request, policy } = this.#input
    const { callerNumber, calleeNumber, callerDisplayName, purpose } = request
    const { ringTimeoutSeconds } = policy.transfer ?? DEFAULT_TRANSFER
    const transfers = new PersonTransfers({
      ...call.room,
      outboundId,
      shownNumber: calleeNumber,
      ownNumber: callerNumber,
      ringLimitMs: ringTimeoutSeconds * 1_000,
      briefing: (reason) =>
        briefingSentences({
          displayName: callerDisplayName ?? DEFAULT_DISPLAY_NAME,
          calleeNumber,
          purpose,
          task: state.task,
          reason,
        }),
      context: () => state.contextAt(koreanIso(Date.now())),
    })
    this.#talk = { call, state, transfers }
  }

  /** Carries out what was asked for; the other calls have their results already. */
  async carryOut(calls: readonly ToolCall[], results: readonly ToolResult[]): Promise<readonly ToolResult[]> {
    const asked = calls.find(({ name }) => name === CONNECT_PERSON)
    const talk = this.#talk
    if (asked === undefined || talk === null) return results
    const wish = this.#wanted ?? this.#wishOf(asked)
    this.#wanted = null
    if (wish === null) return results
    const told = toldOf(await talk.transfers.run(wish))
    return results.map((result) =>
      result.toolCallId === asked.id
        ? {
            toolCallId: asked.id,
            ok: told.connected,
            content: JSON.stringify(told),
            mustTell: !told.connected,
          }
        : result,
    )
  }

  /** The call is over. */
  async end(): Promise<void> {
    const talk = this.#talk
    this.#talk = null
    this.#wanted = null
    await talk?.transfers.written()
  }

  /** null: the request lets nobody be put through to a person. */
  #wishOf({ input }: ToolCall): PersonTransferWish | null {
    const { transfer } = this.#input.policy
    if (transfer === undefined) return null
    const reason = typeof input.reason === 'string' ? input.reason.trim().slice(0, MAX_TRANSFER_REASON) : ''
    return { to: transfer.to, mode: transfer.mode, askedBy: 'callee', reason }
  }

  #check(): void {
    const talk = this.#talk
    if (talk === null || talk.state.isEnding || !talk.call.isLive) refuse('not_live')
    if (talk.call.room.supervision.hasTalker) refuse('somebody_talks')
    if (this.#wanted !== null || talk.transfers.isUnderWay) refuse('already_there')
  }

  async #putThrough({ to, mode, askedBy, reason }: PutThrough): Promise<null> {
    const { transfer = DEFAULT_TRANSFER } = this.#input.policy
    this.#wanted = { to: to ?? transfer.to, mode: mode ?? transfer.mode, askedBy, reason }
    const id = `wish_${++this.#wishes}`
    this.#talk?.state.want({ id, name: CONNECT_PERSON, input: {} }, TRANSFER_ANNOUNCEMENT)
    this.#talk?.call.attend()
    return null
  }
}

function toldOf(state: PersonTransferState) {
  if (state === 'connected') return { connected: true as const }
  return { connected: false as const, why: state === 'failed' ? 'a fault of ours' : 'nobody answers' }
}

function refuse(code: CallRefusalCode): never {
  throw ApplicationFailure.create({ message: code, type: CALL_REFUSAL, nonRetryable: true, details: [code] })
}
