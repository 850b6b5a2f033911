/** Transfers to a person as the API shows them. */
import { PERSON_TRANSFER_MODES, TRANSFER_TO_DESK } from '../../domain/outbound-policy.ts'
import { PERSON_TRANSFER_STATES } from '../../domain/person-transfer.ts'
import { maskPhone } from '../../domain/phone-number.ts'
import type { OutboundRow } from '../queries/outbound.ts'
import type { PersonTransferRow } from '../queries/person-transfers.ts'
import type { PersonTransfer, TransferBrief } from '../schemas/person-transfers.ts'
import { taskOf } from './outbound.ts'
import { shownTime, shownTimeOrNull, type ViewContext } from './view-context.ts'

/** One as it stands. */
export function viewPersonTransfer(row: PersonTransferRow, context: ViewContext): PersonTransfer {
  return {
    transfer_id: row.transfer_id,
    outbound_id: row.outbound_id,
    state: PERSON_TRANSFER_STATES.find((state) => state === row.state) ?? 'failed',
    mode: PERSON_TRANSFER_MODES.find((mode) => mode === row.mode) ?? 'blind',
    to: row.is_desk ? TRANSFER_TO_DESK : maskPhone(context.plain(row.target)),
    asked_by: row.asked_by,
    reason: row.reason === null ? null : context.plain(row.reason),
    attempts: row.attempts,
    person_name: row.person_name,
    callee_number: context.maskedPhone(row.callee_number),
    purpose: row.purpose,
    asked_at: shownTime(row.asked_at),
    answered_at: shownTimeOrNull(row.answered_at),
    connected_at: shownTimeOrNull(row.connected_at),
    ended_at: shownTimeOrNull(row.ended_at),
  }
}

export const NO_BRIEF: TransferBrief = { transfer: null, caller_display_name: null, answers: [] }

/** What it is about and what was found out until now. */
export const viewTransferBrief = (
  row: PersonTransferRow,
  request: OutboundRow,
  context: ViewContext,
): TransferBrief => ({
  transfer: viewPersonTransfer(row, context),
  caller_display_name: request.caller_display_name,
  answers: taskOf(request, context).questions.map(({ text, status, answer }) => ({
    question_text: text,
    status,
    answer,
  })),
})
