/** The part of the board that is chosen in its address, and what it asks of the API. */
import type { BoardView, TicketFilter } from '../../api/board-view.ts'
import type { Channel, IssueKind } from '../../api/types.ts'
import { assigneeOf, readWho, type Who } from '../../components/issue/who.ts'
import { SUB_STATES } from '../../components/sub-states.ts'
import { DELIVER_TIMES, ORDERED_TIMES, timeRange } from './time-ranges.ts'

const PAYMENTS = ['unpaid', 'awaiting', 'paid', 'refunded'] as const
export const ISSUE_KINDS = [
  'message_typo',
  'delivery_delay',
  'complaint',
  'admin_required',
] as const satisfies readonly IssueKind[]
const CHANNELS = ['phone', 'sms', 'kakao', 'web', 'operator'] as const satisfies readonly Channel[]

/** Parts that are left out let everything through, or are the default. */
export interface BoardSearch {
  readonly q?: string
  readonly sort?: 'newest'
  readonly only?: 'attention' | 'calls'
  readonly pay?: (typeof PAYMENTS)[number]
  /** Who looks after the Issue. */
  readonly who?: Who
  /** Steps, kinds and channels: one or more, with commas between them. */
  readonly step?: string
  readonly kind?: string
  readonly channel?: string
  readonly deliver?: (typeof DELIVER_TIMES)[number]
  readonly ordered?: (typeof ORDERED_TIMES)[number]
  /** Column shown on a phone. */
  readonly column?: 'in_progress' | 'issue' | 'done'
}

/** The parts that filter. */
export const FILTER_PARTS = ['only', 'pay', 'step', 'kind', 'who', 'channel', 'deliver', 'ordered'] as const
export type FilterPart = (typeof FILTER_PARTS)[number]

/** What each part may be; who looks after an Issue may also be anybody's e-mail. */
export const CHOICES = {
  only: ['attention', 'calls'],
  pay: PAYMENTS,
  step: SUB_STATES,
  kind: ISSUE_KINDS,
  who: ['me', 'none'],
  channel: CHANNELS,
  deliver: DELIVER_TIMES,
  ordered: ORDERED_TIMES,
} as const satisfies Record<FilterPart, readonly string[]>

const LISTS: readonly FilterPart[] = ['step', 'kind', 'channel']

/** Values of a part, none or more. */
export function chosen(search: BoardSearch, part: FilterPart): readonly string[] {
  const value = search[part]
  if (value === undefined) return []
  return LISTS.includes(part) ? value.split(',') : [value]
}

/** Takes a value in, or out when it was chosen; of a part that holds one value the former goes. */
export function toggled(search: BoardSearch, part: FilterPart, value: string): BoardSearch {
  const before = chosen(search, part)
  const after = before.includes(value)
    ? before.filter((other) => other !== value)
    : LISTS.includes(part)
      ? CHOICES[part].filter((choice) => choice === value || before.includes(choice))
      : [value]
  return readBoardSearch({ ...search, [part]: after.join(',') })
}

/** The search without its filters; order and column stay. */
export const unfiltered = ({ sort, column }: BoardSearch): BoardSearch => ({
  ...(sort === undefined ? {} : { sort }),
  ...(column === undefined ? {} : { column }),
})

export const isFiltered = (search: BoardSearch): boolean =>
  search.q !== undefined || FILTER_PARTS.some((part) => search[part] !== undefined)

/** Keeps what is understood; defaults are left out so that the plain address means the plain board. */
export function readBoardSearch(search: Record<string, unknown>): BoardSearch {
  const { q, sort, column } = search
  const parts = FILTER_PARTS.flatMap((part): [FilterPart, string][] => {
    const given = search[part]
    if (typeof given !== 'string') return []
    if (part === 'who') {
      const who = readWho(given)
      return who === undefined ? [] : [[part, who]]
    }
    const values = given.split(',')
    const choices: readonly string[] = CHOICES[part]
    const known = choices.filter((choice) => values.includes(choice))
    const [first] = known
    if (first === undefined) return []
    return [[part, LISTS.includes(part) ? known.join(',') : first]]
  })
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : {}),
    ...(typeof q === 'number' ? { q: String(q) } : {}),
    ...(sort === 'newest' ? { sort } : {}),
    ...Object.fromEntries(parts),
    ...(column === 'in_progress' || column === 'issue' || column === 'done' ? { column } : {}),
  }
}

/** A filter as it is kept under a name: all parts as text, without what belongs to one screen. */
export const toSaved = ({ column: _column, ...search }: BoardSearch): Record<string, string> => ({
  ...search,
})

/** What the search asks of the API. @param nowMs names of times are resolved by it. @param me e-mail of the reader. */
export function viewOf(search: BoardSearch, nowMs: number, me = ''): BoardView {
  const deliver = search.deliver === undefined ? {} : timeRange(search.deliver, nowMs)
  const ordered = search.ordered === undefined ? {} : timeRange(search.ordered, nowMs)
  const filter: Record<keyof TicketFilter, string | undefined> = {
    q: search.q?.trim() === '' ? undefined : search.q?.trim(),
    attention: search.only === 'attention' ? 'true' : undefined,
    on_call: search.only === 'calls' ? 'true' : undefined,
    payment: search.pay,
    sub_state: search.step,
    issue_kind: search.kind,
    channel: search.channel,
    assignee: assigneeOf(search.who, me),
    // What is done can't be late any more.
    open: search.deliver === 'overdue' ? 'true' : undefined,
    deliver_from: deliver.from,
    deliver_to: deliver.to,
    ordered_from: ordered.from,
    ordered_to: ordered.to,
  }
  const given = Object.entries(filter).filter(([, value]) => value !== undefined)
  return {
    filter: Object.fromEntries(given),
    sort: search.sort === 'newest' ? 'updated_at' : 'deliver_by',
  }
}
