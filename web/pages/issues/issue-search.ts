import type { IssueKind } from '../../api/types.ts'
import { readWho, type Who } from '../../components/issue/who.ts'

const KINDS: readonly IssueKind[] = ['message_typo', 'delivery_delay', 'complaint', 'admin_required']

/** The part of the list that is chosen in its address. */
export interface IssueSearch {
  readonly state?: 'resolved'
  readonly kind?: IssueKind
  readonly who?: Who
}

/** Keeps what is understood; the plain address means every open Issue. */
export function readIssueSearch(search: Record<string, unknown>): IssueSearch {
  const kind = KINDS.find((one) => one === search.kind)
  const who = readWho(search.who)
  return {
    ...(search.state === 'resolved' ? { state: 'resolved' as const } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(who === undefined ? {} : { who }),
  }
}
