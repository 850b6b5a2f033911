/**
 * What the board asks, and the SQL that a person would write by hand for the same answer: the same rows with all
 * the columns a card shows, with the same indexes at its disposal.
 */
import { encodeCursor } from '../../api/queries/cursor.ts'
import type { DataKeys } from '../../db/encryption.ts'
import { phoneHash } from '../../db/encryption.ts'
import { phoneOf } from './fill.ts'
import { HALLS, SURNAMES, SYLLABLES } from './people.ts'

export interface Statement {
  readonly sql: string
  readonly values: readonly unknown[]
}

export interface Question {
  readonly name: string
  /** Of our API. @param run another question of the same kind for each. */
  readonly path: (run: number) => string
  readonly raw: (run: number) => readonly Statement[]
}

/** Where lists are entered deep inside, and orders to ask for. */
export interface Landmarks {
  /** Row 10,000, 100,000 … of the done tickets by their last change. */
  readonly deep: readonly { readonly at: number; readonly updatedAt: string; readonly id: number }[]
  readonly orderNos: readonly string[]
}

const CARD = `select t.id, t.order_id, t.current_state, t.sub_state, t.issue_kind, t.issue, t.outcome, t.missing,
  t.actions, t.edit_window_ends_at, t.possible_duplicate_of, t.version, t.created_at, t.updated_at, o.order_no, o.orderer,
  o.recipient, o.message, o.destination, o.room, o.deliver_by, o.amount, o.channel,
  c.phone as customer_phone,
  (select call_id from call_records where order_id = t.order_id and state in ('ringing', 'live')
   order by id desc limit 1) as live_call_id,
  case when t.issue_kind is null then '{}' else array(select assignee from issues
   where ticket_id = t.id and resolved_at is null order by raised_at, id) end as assignees
  from tickets t join orders o on o.id = t.order_id join customers c on c.id = o.customer_id`
const STATES = ['todo', 'in_progress', 'issue', 'done']
const PAGE = 51
const COUNTED = 1_001

const by = (state: string) => (state === 'done' ? 't.updated_at desc, t.id desc' : 't.deliver_by, t.id')
const statement = (sql: string, ...values: unknown[]): Statement => ({ sql, values })

const name = (run: number): string =>
  (SURNAMES[run % SURNAMES.length] ?? '') +
  (SYLLABLES[(run * 7) % SYLLABLES.length] ?? '') +
  (SYLLABLES[(run * 11 + 3) % SYLLABLES.length] ?? '')
const givenName = (run: number): string => name(run).slice(1)
const hall = (run: number): string => HALLS[run % HALLS.length]?.split(' ')[0] ?? ''
const tail = (run: number): string => phoneOf(run * 37).slice(-4)

export function questions(landmarks: Landmarks, keys: DataKeys): readonly Question[] {
  const orderNo = (run: number) => landmarks.orderNos[run % landmarks.orderNos.length] ?? ''
  const list = (sql: string, ...values: unknown[]) => [
    statement(`${CARD} where ${sql} order by t.updated_at desc, t.id desc limit 13`, ...values),
  ]
  const search = (kind: string, text: (run: number) => string, raw: Question['raw']): Question => ({
    name: `search: ${kind}`,
    path: (run) => `/api/tickets?limit=12&q=${encodeURIComponent(text(run))}`,
    raw,
  })
  const rare = `search_grams(o.search) @> search_grams($1) and strpos(o.search, $1) > 0`
  const common = `strpos(o.search, $1) > 0`
  return [
    {
      name: 'HTTP and session alone (/api/me)',
      path: () => '/api/me',
      raw: () => [statement('select 1')],
    },
    {
      name: 'board',
      path: () => '/api/tickets/board?sort=deliver_by',
      raw: () => [
        statement('select current_state, sum(total) from ticket_counts group by 1'),
        statement(
          `${CARD} where t.order_id in (select order_id from call_records where state in ('ringing', 'live')) order by t.deliver_by, t.id limit ${PAGE}`,
        ),
        ...STATES.map((state) =>
          statement(`${CARD} where t.current_state = $1 order by ${by(state)} limit ${PAGE}`, state),
        ),
      ],
    },
    {
      name: 'board: one channel, wanted today',
      path: (run) =>
        `/api/tickets/board?sort=deliver_by&channel=${channelOf(run)}&${new URLSearchParams(today())}`,
      raw: (run) => {
        const { deliver_from: from, deliver_to: to } = today()
        const where = 't.current_state = $1 and t.channel = $2 and t.deliver_by >= $3 and t.deliver_by < $4'
        return STATES.flatMap((state) => [
          statement(
            `select count(*) from (select 1 from tickets t where ${where} limit ${COUNTED}) as found`,
            state,
            channelOf(run),
            from,
            to,
          ),
          statement(
            `${CARD} where ${where} order by ${by(state)} limit ${PAGE}`,
            state,
            channelOf(run),
            from,
            to,
          ),
        ])
      },
    },
    {
      name: 'board: search for a name',
      path: (run) => `/api/tickets/board?sort=deliver_by&q=${encodeURIComponent(name(run))}`,
      raw: (run) =>
        STATES.flatMap((state) => {
          const where = `t.current_state = $2 and ${rare}`
          return [
            statement(
              `select count(*) from (select 1 from tickets t join orders o on o.id = t.order_id where ${where} limit ${COUNTED}) as found`,
              name(run),
              state,
            ),
            statement(`${CARD} where ${where} order by ${by(state)} limit ${PAGE}`, name(run), state),
          ]
        }),
    },
    {
      name: 'counts of the board',
      path: () => '/api/tickets/board/totals',
      raw: () => [statement('select current_state, sum(total) from ticket_counts group by 1')],
    },
    ...landmarks.deep.map(
      ({ at, updatedAt, id }): Question => ({
        name: `page at row ${at.toLocaleString('en')}`,
        path: () => {
          const cursor = encodeCursor({ sort: 'updated_at', value: updatedAt, id })
          return `/api/tickets?state=done&limit=50&cursor=${cursor}`
        },
        raw: () => [
          statement(
            `${CARD} where t.current_state = 'done' and (t.updated_at, t.id) < ($1, $2) order by t.updated_at desc, t.id desc limit ${PAGE}`,
            updatedAt,
            id,
          ),
        ],
      }),
    ),
    search('order number', orderNo, (run) => list('o.order_no = $1', orderNo(run))),
    search(
      'start of an order number',
      (run) => orderNo(run).slice(0, 8),
      (run) => list('o.order_no like $1', `${orderNo(run).slice(0, 8)}%`),
    ),
    search(
      'end of an order number',
      (run) => orderNo(run).slice(-4),
      (run) => list(rare, orderNo(run).slice(-4).toLowerCase()),
    ),
    search('name of three letters', name, (run) => list(rare, name(run))),
    search('name of two letters', givenName, (run) => list(rare, givenName(run))),
    search('hall (one order in forty)', hall, (run) => list(common, hall(run))),
    search(
      'text on most ribbons',
      () => '명복',
      () => list(common, '명복'),
    ),
    search(
      'name and hall',
      (run) => `${givenName(run)} ${hall(run)}`,
      (run) =>
        list(
          `search_grams(o.search) @> search_grams($1) and strpos(o.search, $1) > 0 and strpos(o.search, $2) > 0`,
          givenName(run),
          hall(run),
        ),
    ),
    search(
      'phone number',
      (run) => phoneOf(run * 37),
      (run) =>
        list(
          'o.customer_id = (select id from customers where phone_hash = $1)',
          phoneHash(phoneOf(run * 37), keys),
        ),
    ),
    search('last digits of a phone', tail, (run) =>
      list(
        `o.id = any (array(select id from orders where phone_tail = $1 union select id from orders where right(order_no, 4) = $1
          union select x.id from orders x join customers y on y.id = x.customer_id where y.phone_tail = $1))`,
        tail(run),
      ),
    ),
    search(
      'nothing like it',
      () => '없는말이다',
      () => list(rare, '없는말이다'),
    ),
  ]
}

const channelOf = (run: number): string => ['phone', 'sms', 'kakao', 'web'][run % 4] ?? 'phone'

const DAY_MS = 86_400_000
function today(): { deliver_from: string; deliver_to: string } {
  const midnight = Math.floor((Date.now() + 9 * 3_600_000) / DAY_MS) * DAY_MS - 9 * 3_600_000
  return {
    deliver_from: new Date(midnight).toISOString(),
    deliver_to: new Date(midnight + DAY_MS).toISOString(),
  }
}
