/**
 * A call of the AI is put through to a person: whom to ring, what they are told before they are connected, and what came of it.
 * Pure; the steps are workflows/person-transfer.ts.
 *
 * ```
 * ringing -> briefing -> connected
 *    |          |
 *    +----------+-> no_answer | given_up | failed
 * ```
 */
import { type DialRules, readDialled } from './agent-dialling.ts'
import type { CallId, OutboundId } from './ids.ts'
import {
  type PersonTransferMode,
  type PersonTransferPolicy,
  TRANSFER_TO_DESK,
  TRANSFER_TO_NOBODY,
} from './outbound-policy.ts'
import { formatPhone } from './phone-number.ts'
import type { TaskState } from './question-answers.ts'

export const PERSON_TRANSFER_STATES = [
  'ringing',
  'briefing',
  'connected',
  /** Nobody answered, or nobody was there to be rung. */
  'no_answer',
  /** The other side hung up before. */
  'given_up',
  /** Our own fault. */
  'failed',
] as const
export type PersonTransferState = (typeof PERSON_TRANSFER_STATES)[number]

/** A first ring and one more. */
export const TRANSFER_TRIES = 2

/** Who wants it, and what for. */
export interface PersonTransferWish {
  /** See `PersonTransferPolicy.to`. */
  readonly to: string
  readonly mode: PersonTransferMode
  /** `callee`, or the e-mail of who asked for it from the call's page. */
  readonly askedBy: string
  /** One sentence for the person; '' where nobody said why. */
  readonly reason: string
}

/** How a transfer stands, as it is kept. Times are ISO 8601. */
export interface PersonTransferRecord extends PersonTransferWish {
  /** `<call id>-x<n>`. */
  readonly transferId: string
  readonly callId: CallId
  readonly outboundId: OutboundId
  readonly state: PersonTransferState
  /** Telephones that were rung. */
  readonly attempts: number
  /** Who is rung or talked to; null: nobody. Of somebody outside the masked number. */
  readonly personId: string | null
  readonly personName: string | null
  readonly askedAt: string
  readonly answeredAt: string | null
  readonly connectedAt: string | null
  readonly endedAt: string | null
}

/** Whether somebody may be put on the line there. @param rules what our own people may dial. */
export const mayBePutThrough = (to: string, rules: DialRules): boolean =>
  to === TRANSFER_TO_DESK || to === TRANSFER_TO_NOBODY || readDialled(to, rules).kind === 'number'

export const makeTransferId = (callId: CallId, index: number): string => `${callId}-x${index}`

const ANSWERS: Readonly<Record<TaskState['questions'][number]['status'], string>> = {
  pending: '아직 여쭙지 못했습니다',
  answered: '답변을 받았습니다',
  unclear: '답변이 분명하지 않았습니다',
  refused: '답변을 원하지 않았습니다',
}
/** So many questions are told; the rest stands on the screen. */
const TOLD_QUESTIONS = 3

/** What the person hears before they are connected, a sentence each. */
export function briefingSentences(about: {
  readonly displayName: string
  readonly calleeNumber: string
  readonly purpose: string
  readonly task: TaskState
  readonly reason: string
}): readonly string[] {
  const { displayName, calleeNumber, purpose, task, reason } = about
  const questions = task.questions.slice(0, TOLD_QUESTIONS).map(({ text, status, answer }) => {
    const found = status === 'answered' && answer !== null ? answer : ANSWERS[status]
    return `${text}: ${found}.`
  })
  return [
    `${displayName} AI 비서가 연결해 드리는 통화입니다.`,
    `상대는 ${formatPhone(calleeNumber).slice(-4)} 번호로 끝나는 분이고, 용건은 ${purpose}입니다.`,
    ...questions,
    ...(reason === '' ? [] : [`연결을 원하신 까닭: ${reason}.`]),
    '지금 연결합니다.',
  ]
}

/** Of what somebody wants a person for, so much is kept. Characters. */
export const MAX_TRANSFER_REASON = 200

/** The AI's tool where customers phone us: somebody takes over, at once or by calling back. */
export const HAND_OVER = 'hand_over'

/** The AI's tool where we have called. */
export const CONNECT_PERSON = 'connect_person'

/** Where a person of ours asks for it and nobody has said otherwise. */
export const DEFAULT_TRANSFER: PersonTransferPolicy = {
  to: TRANSFER_TO_DESK,
  mode: 'warm',
  ringTimeoutSeconds: 25,
}

/** Said to the other side where a person of ours asks for the transfer; else the AI says it in its own words. */
export const TRANSFER_ANNOUNCEMENT: readonly string[] = [
  '담당자를 연결해 드리겠습니다.',
  '잠시만 기다려 주세요.',
]
