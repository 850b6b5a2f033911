/** One projection write: a ticket that moves on, against the same statements without our code around them. */
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Database } from '../../db/database.ts'
import type { DataKeys } from '../../db/encryption.ts'
import type { DB } from '../../db/generated/types.ts'
import { projectTicket, type TicketProjection } from '../../db/queries/ticket-projection.ts'
import { makeOrderNo, ticketWorkflowId } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { OrderPolicy } from '../../domain/order-policy.ts'
import { Ticket } from '../../domain/ticket.ts'
import { HALLS } from './people.ts'
import type { Statement } from './questions.ts'

/** Projections of one order through its first states, as its workflow makes them. */
export function projectionsOf(run: number, policy: OrderPolicy): readonly TicketProjection[] {
  const part = (n: number) => (Math.floor(run / 31 ** n) % 31) / 31
  const orderNo = makeOrderNo('300101', [part(3), part(2), part(1), part(0)])
  const at = koreanIso(Date.now())
  const customerPhone = `0109${String(run).padStart(7, '0')}`
  const opening = { orderNo, channel: 'phone', callId: null, customerPhone, policy } as const
  const opened = Ticket.open(opening, { actor: 'ai', at })
  const told = opened.setFields({
    fields: {
      orderer: '주식회사 한빛테크 임직원 일동',
      recipient: '故 김영호',
      destination: HALLS[run % HALLS.length] ?? null,
      room: '특2호실',
      message: '삼가 고인의 명복을 빕니다',
      deliver_by: koreanIso(Date.now() + 6 * 3_600_000),
      phone: customerPhone,
    },
    evidence: {},
    channel: 'phone',
    callId: null,
    actor: 'ai',
    at,
  })
  const confirmed = told.confirmByCustomer({ callId: null, actor: 'customer', at })
  return [opened, told, confirmed].map((ticket) => ({
    workflowId: ticketWorkflowId(orderNo),
    ticket: ticket.data,
    events: ticket.events,
  }))
}

/** A database like the given one that writes down what it is asked. */
function createListener(pool: pg.Pool): { readonly database: Database; readonly heard: Statement[] } {
  const heard: Statement[] = []
  const database: Database = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      heard.push({ sql: query.sql, values: query.parameters })
    },
  })
  return { database, heard }
}

/** What projecting it asks of the database, in order, with `begin` and `commit`. */
export async function statementsOf(
  pool: pg.Pool,
  projection: TicketProjection,
  keys: DataKeys,
): Promise<readonly Statement[]> {
  const { database, heard } = createListener(pool)
  await projectTicket(database, keys, projection)
  return [
    { sql: 'begin', values: [] },
    ...heard.filter(({ sql }) => !/^(begin|commit)/.test(sql)),
    { sql: 'commit', values: [] },
  ]
}
