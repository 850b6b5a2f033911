/** Fills a database with tickets as a few years of work would leave them: nearly all done, a few thousand open. */
import pg from 'pg'
import type { DataKeys } from '../../db/encryption.ts'
import { encryptText, phoneHash } from '../../db/encryption.ts'
import { HALLS, MESSAGES, ORDERERS, SURNAMES, SYLLABLES } from './people.ts'

/** Tickets written by one statement. */
const BATCH = 50_000
/** One customer in so many tickets. */
const TICKETS_PER_CUSTOMER = 4
/** From one ticket to the next, in seconds: a million tickets are two years. */
const SECONDS_BETWEEN = 63
const EVENTS_PER_TICKET = 3

export type Tell = (text: string) => void

/**
 * Writes `count` tickets into an empty, migrated database. Indexes are taken away meanwhile and made again, and
 * triggers are off: what they keep is written by the same functions at the end.
 */
export async function fillDatabase(url: string, count: number, keys: DataKeys, tell: Tell): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('set session_replication_role = replica')
    const indexes = await takeIndexesAway(client)
    await fillCustomers(client, Math.ceil(count / TICKETS_PER_CUSTOMER), keys, tell)
    for (let from = 1; from <= count; from += BATCH) {
      const to = Math.min(count, from + BATCH - 1)
      await client.query(ORDERS, [from, to, SURNAMES, SYLLABLES, HALLS, ORDERERS, MESSAGES, count])
      await client.query(TICKETS, [from, to, count])
      await client.query(EVENTS, [from, to, EVENTS_PER_TICKET])
      tell(`${to.toLocaleString('en')} of ${count.toLocaleString('en')} tickets`)
    }
    await client.query(COUNTS)
    await client.query("set maintenance_work_mem = '512MB'")
    for (const { name, definition } of indexes) {
      tell(`index ${name}`)
      await client.query(definition)
    }
    await client.query('set session_replication_role = default')
    tell('vacuum, analyze')
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

interface Index {
  readonly name: string
  readonly definition: string
}

/** Of the large tables, those that no constraint needs. */
async function takeIndexesAway(client: pg.Client): Promise<Index[]> {
  const { rows } = await client.query<Index>(`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'public' and tablename in ('orders', 'tickets')
      and not exists (select from pg_constraint where conname = indexname)`)
  for (const { name } of rows) await client.query(`drop index ${client.escapeIdentifier(name)}`)
  return rows
}

async function fillCustomers(client: pg.Client, count: number, keys: DataKeys, tell: Tell): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const phones = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => phoneOf(from + i))
    await client.query(
      'insert into customers (phone, phone_hash, phone_tail) select * from unnest($1::text[], $2::text[], $3::text[])',
      [
        phones.map((phone) => encryptText(phone, keys)),
        phones.map((phone) => phoneHash(phone, keys)),
        phones.map((phone) => phone.slice(-4)),
      ],
    )
    tell(`${(from + phones.length).toLocaleString('en')} customers`)
  }
}

/** Different for each, and spread over all last digits. */
export const phoneOf = (n: number): string =>
  `010${String((n * 7_919 + 20_000_000) % 100_000_000).padStart(8, '0')}`

/** Order numbers of the benchmark: the day, and the number of the ticket in an alphabet without doubtful letters. */
const ORDER_NO = `to_char(opened at time zone 'Asia/Seoul', 'YYMMDD') || '-' || (
  select string_agg(substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', 1 + ((n::bigint * 48271) / (32 ^ d)::bigint % 32)::int, 1), '' order by d)
  from generate_series(0, 3) as d)`
const PICK = (list: string, odd: number) =>
  `(${list})[1 + (abs(hashint4(n * ${odd})) % cardinality(${list}))]`

const ORDERS = `
  insert into orders (order_no, customer_id, ordered_at, orderer, recipient, message, destination, room,
    deliver_by, phone, phone_tail, amount, cost, channel, search)
  select number, customer_id, opened, orderer, recipient, message, destination, room, opened + wait, phone, phone_tail,
    80000, 40000, channel,
    ' ' || lower(normalize(concat_ws(' ', number, recipient, orderer, destination, room, message, phone_tail, phone_tail), nfc) collate "C")
  from (
    select *, ${ORDER_NO} as number from (
      select n, now() - ($8 - n) * interval '${SECONDS_BETWEEN} seconds' as opened,
        1 + n % greatest(1, $8 / ${TICKETS_PER_CUSTOMER}) as customer_id,
        ${PICK('$6::text[]', 3)} as orderer,
        (array['故 ', '故 ', '故 ', '상주 '])[1 + n % 4] || ${PICK('$3::text[]', 5)} || ${PICK('$4::text[]', 7)} || ${PICK('$4::text[]', 11)} as recipient,
        ${PICK('$7::text[]', 13)} as message,
        ${PICK('$5::text[]', 17)} as destination,
        (array['특', '', '', 'VIP '])[1 + abs(hashint4(n * 19)) % 4] || (1 + abs(hashint4(n * 23)) % 25) || '호실' as room,
        interval '3 hours' + (abs(hashint4(n * 29)) % 24) * interval '1 hour' as wait,
        (array['phone', 'phone', 'phone', 'phone', 'phone', 'sms', 'sms', 'kakao', 'web', 'operator'])[1 + abs(hashint4(n * 31)) % 10] as channel
      from generate_series($1::int, $2::int) as n
    ) as made
  ) as numbered
  join lateral (select phone, phone_tail from customers where id = customer_id) as customer on true`

/** The last thousands are open, an Issue among forty of them; of the old ones a few were called off. */
const TICKETS = `
  insert into tickets (order_id, current_state, sub_state, issue_kind, issue, outcome, missing, actions,
    workflow_id, version, created_at, updated_at, deliver_by, channel)
  select id, state, sub_state,
    case when state = 'issue' then 'admin_required' end,
    case when state = 'issue' then jsonb_build_object('id', order_no || '-I1', 'kind', 'admin_required',
      'reason', '외주업체가 발주를 거절했습니다.', 'step', 'place_purchase_order', 'raisedAt', ordered_at,
      'raisedBy', 'system', 'actions', array['retry_step', 'complete_by_hand', 'refund_and_close'],
      'evidence', '[]'::jsonb, 'wanted', '[]'::jsonb) end,
    case when state = 'done' then case when sub_state = 'delivered' then 'delivered' when sub_state = 'paid' then 'refunded' else 'cancelled' end end,
    case when sub_state = 'order_received' and state = 'todo' then array['room'] else '{}' end,
    case state when 'done' then '{}' when 'issue' then array['edit_order', 'retry_step', 'complete_by_hand', 'refund_and_close']
      else array['edit_order', 'cancel', 'raise_issue'] end,
    'ticket-' || order_no, 20, ordered_at,
    case state when 'done' then deliver_by + interval '20 minutes' else ordered_at + interval '15 minutes' end,
    deliver_by, channel
  from (
    select *, case
      when id > $3 - $3 / 100 then case
        when dice % 40 = 0 then 'issue' when dice % 40 < 12 then 'todo' else 'in_progress' end
      else 'done' end as state,
      case
        when id > $3 - $3 / 100 then case
          when dice % 40 = 0 then 'message_confirmed'
          when dice % 40 < 12 then (array['order_received', 'awaiting_payment'])[1 + dice % 2]
          else (array['paid', 'message_confirmed', 'po_placed', 'in_delivery'])[1 + dice % 4] end
        when dice % 50 = 0 then (array['awaiting_payment', 'order_received', 'paid'])[1 + dice % 3]
        else 'delivered' end as sub_state
    from (select *, abs(hashint4(id * 37)) as dice from orders where id between $1 and $2) as thrown
  ) as told`

const EVENTS = `
  insert into ticket_events (ticket_id, seq, at, kind, actor, data)
  select tickets.id, seq, created_at + seq * interval '1 minute',
    (array['opened', 'paid', 'po_placed'])[seq], 'system', '{}'
  from tickets, generate_series(1, $3::int) as seq where order_id between $1 and $2`

const COUNTS = `
  insert into ticket_counts (current_state, sub_state, channel, issue_kind, outcome, incomplete, total)
  select current_state, sub_state, channel, issue_kind, outcome, incomplete, count(*)
  from tickets group by 1, 2, 3, 4, 5, 6`
