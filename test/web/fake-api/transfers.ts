/** Calls that are put through to a person, as the fake API has them. */
import type { PersonTransfer, TransferBrief } from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'

export const transfer = (outboundId: string, change: Partial<PersonTransfer> = {}): PersonTransfer => ({
  transfer_id: 'call-00000000b001-x1',
  outbound_id: outboundId,
  state: 'connected',
  mode: 'warm',
  to: 'desk',
  asked_by: 'callee',
  reason: '견적을 묻고 싶음',
  attempts: 1,
  person_name: '김상담',
  callee_number: '010-****-5432',
  purpose: '내일 오후 2시 미팅 일정 확인',
  asked_at: inMinutes(-12),
  answered_at: inMinutes(-12),
  connected_at: inMinutes(-12),
  ended_at: inMinutes(-11),
  ...change,
})

export class FakeTransfers {
  transfers: PersonTransfer[] = []
  /** What rings the telephone of whoever is signed in. */
  mine: TransferBrief = { transfer: null, caller_display_name: null, answers: [] }

  answer(url: URL): { readonly status: number; readonly body: unknown } {
    if (url.pathname.endsWith('/mine')) return { status: 200, body: this.mine }
    const of = url.searchParams.get('outbound_id')
    const transfers = this.transfers.filter(({ outbound_id }) => outbound_id === of)
    return { status: 200, body: { transfers, next_cursor: null } }
  }
}
