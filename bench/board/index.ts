/**
 * `npm run bench -- board [--tickets 1000000] [--runs 200] [--data FOLDER] [--no-cold]`
 * The board, its lists and its searches on many tickets: our API over HTTP, signed in, against raw SQL for the same
 * answer through the same database connection.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { migrateToLatest } from '../../db/migrate.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import { compare, time } from '../measure.ts'
import { type BenchPostgres, startPostgres } from '../postgres.ts'
import type { Benchmark, Cell, Table } from '../result.ts'
import { forgetFiles } from './cold.ts'
import { fillDatabase } from './fill.ts'
import { projectionsOf, statementsOf } from './projection.ts'
import { type Landmarks, questions, type Statement } from './questions.ts'
import { type BenchSystem, benchSettings, startSystem } from './system.ts'

const DEEP = [10_000, 100_000, 500_000, 900_000]

export const benchBoard: Benchmark = async (options, tell) => {
  const { values } = parseArgs({
    args: [...options],
    options: {
      tickets: { type: 'string', default: '1000000' },
      runs: { type: 'string', default: '200' },
      data: { type: 'string', default: join(tmpdir(), 'daeri-bench-board') },
      'no-cold': { type: 'boolean', default: false },
    },
  })
  const tickets = Number(values.tickets)
  const runs = Number(values.runs)
  const folder = join(values.data, String(tickets))
  const server = await prepare(folder, tickets, tell)
  let tables: readonly Table[]
  try {
    tables = await measureWarm(server.url, tickets, runs, tell)
  } finally {
    await server.stop()
  }
  return values['no-cold'] ? tables : [...tables, await measureCold(folder, tell)]
}

/** The filled database, made once and kept. */
async function prepare(
  folder: string,
  tickets: number,
  tell: (text: string) => void,
): Promise<BenchPostgres> {
  const marker = join(folder, 'filled')
  mkdirSync(folder, { recursive: true })
  const server = await startPostgres(folder)
  try {
    const isFilled = existsSync(marker)
    if (isFilled) tell(`tickets of ${folder} are used again`)
    else await server.empty()
    await migrateToLatest(server.url)
    if (!isFilled) {
      const { dataKey } = benchSettings(server.url, folder)
      await fillDatabase(server.url, tickets, dataKey, tell)
      writeFileSync(marker, '')
    }
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function measureWarm(
  url: string,
  tickets: number,
  runs: number,
  tell: (text: string) => void,
): Promise<readonly Table[]> {
  const system = await startSystem(url)
  try {
    const landmarks = await findLandmarks(system.pool)
    const rows: Cell[][] = []
    for (const question of questions(landmarks, system.settings.dataKey)) {
      const { ours, raw } = await compare(
        runs,
        (run) => system.get(question.path(run)),
        (run) => askRaw(system.pool, question.raw(run)),
      )
      rows.push(comparisonRow(question.name, ours, raw))
      tell(`${question.name}: p95 ${ours.p95Ms.toFixed(1)} ms, raw ${raw.p95Ms.toFixed(1)} ms`)
    }
    const write = await compareWrites(system, runs)
    rows.push(comparisonRow('one projection write', write.ours, write.raw))
    return [
      {
        title: `Board with ${tickets.toLocaleString('en')} tickets, warm`,
        columns: ['question', 'p50 ms', 'p95 ms', 'raw p50 ms', 'raw p95 ms', 'p95 / raw', 'p50 / raw'],
        rows,
        notes: [
          `${runs} runs each, ours and raw in turns through one database connection. Ours is the whole way: HTTP, session, ` +
            'checks, SQL, decryption, JSON there and back. Raw is SQL alone.',
        ],
      },
      await sizes(system.pool),
    ]
  } finally {
    await system.stop()
  }
}

const comparisonRow = (
  name: string,
  ours: { p50Ms: number; p95Ms: number },
  raw: { p50Ms: number; p95Ms: number },
): Cell[] => [
  name,
  ours.p50Ms,
  ours.p95Ms,
  raw.p50Ms,
  raw.p95Ms,
  ours.p95Ms / raw.p95Ms,
  ours.p50Ms / raw.p50Ms,
]

async function askRaw(pool: pg.Pool, statements: readonly Statement[]): Promise<void> {
  const client = await pool.connect()
  try {
    for (const { sql, values } of statements) await client.query(sql, [...values])
  } finally {
    client.release()
  }
}

/** Each run moves an order of its own on; raw repeats the very statements for another order. */
async function compareWrites({ database, pool, settings }: BenchSystem, runs: number) {
  const start = Math.floor(Date.now() / 1000) % 400_000
  const keys = settings.dataKey
  const prepared: {
    readonly ours: Parameters<typeof projectTicket>[2]
    readonly raw: readonly Statement[]
  }[] = []
  for (let run = 0; run < runs; run++) {
    const [mine, theirs] = [start + 2 * run, start + 2 * run + 1].map((n) => projectionsOf(n, settings.order))
    const [first, second, last] = mine ?? []
    const [firstRaw, secondRaw, lastRaw] = theirs ?? []
    if (!first || !second || !last || !firstRaw || !secondRaw || !lastRaw) throw new Error('no projection')
    for (const projection of [first, second, firstRaw, secondRaw])
      await projectTicket(database, keys, projection)
    // What was heard is put back, so that it can be done again.
    const raw = await statementsOf(pool, lastRaw, keys)
    await pool.query('update tickets set version = version - 1, sub_state = $2 where workflow_id = $1', [
      lastRaw.workflowId,
      secondRaw.ticket.subState,
    ])
    await pool.query(
      'delete from ticket_events using tickets where ticket_id = tickets.id and workflow_id = $1 and seq > $2',
      [lastRaw.workflowId, secondRaw.ticket.eventCount],
    )
    prepared.push({ ours: last, raw })
  }
  return compare(
    runs,
    (run) => projectTicket(database, keys, at(prepared, run).ours),
    (run) => askRaw(pool, at(prepared, run).raw),
  )
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new Error(`nothing at ${index}`)
  return item
}

async function findLandmarks(pool: pg.Pool): Promise<Landmarks> {
  const deep: Landmarks['deep'][number][] = []
  for (const offset of DEEP) {
    const { rows } = await pool.query<{ updated_at: string; id: number }>(
      `select updated_at::text, id from tickets where current_state = 'done'
       order by updated_at desc, id desc offset $1 limit 1`,
      [offset],
    )
    const [row] = rows
    if (row !== undefined) deep.push({ at: offset, updatedAt: row.updated_at, id: row.id })
  }
  const { rows } = await pool.query<{ order_no: string }>(
    'select order_no from orders where id % 997 = 0 order by id limit 500',
  )
  return { deep, orderNos: rows.map((row) => row.order_no) }
}

async function sizes(pool: pg.Pool): Promise<Table> {
  const { rows } = await pool.query<{ name: string; megabytes: number }>(`
    select relname as name, round(pg_relation_size(oid) / 1048576.0)::int as megabytes from pg_class
    where relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 10485760
    order by pg_relation_size(oid) desc`)
  return {
    title: 'What lies on disk',
    columns: ['table or index', 'MB'],
    rows: rows.map(({ name, megabytes }) => [name, megabytes]),
    notes: [],
  }
}

/** Each question once, by itself, after the server was started anew and the system has forgotten its files. */
async function measureCold(folder: string, tell: (text: string) => void): Promise<Table> {
  const rows: Cell[][] = []
  let isForgotten = true
  let files: string | undefined
  const fresh = async <Result>(ask: (system: BenchSystem) => Promise<Result>): Promise<Result> => {
    if (files !== undefined) isForgotten = forgetFiles(files) && isForgotten
    const server = await startPostgres(folder)
    files = server.files
    try {
      const system = await startSystem(server.url)
      try {
        // The way itself is warm: connection, session, compiled code.
        await system.get('/api/me')
        await system.pool.query('select 1')
        return await ask(system)
      } finally {
        await system.stop()
      }
    } finally {
      await server.stop()
    }
  }
  const asked = await fresh(async ({ pool, settings }) =>
    questions(await findLandmarks(pool), settings.dataKey),
  )
  for (const question of asked) {
    const ours = await fresh((system) => time(() => system.get(question.path(1))))
    const raw = await fresh((system) => time(() => askRaw(system.pool, question.raw(1))))
    rows.push([question.name, ours, raw, ours / raw])
    tell(`cold ${question.name}: ${ours.toFixed(0)} ms, raw ${raw.toFixed(0)} ms`)
  }
  return {
    title: 'Cold: the first question after a start',
    columns: ['question', 'ms', 'raw ms', 'ratio'],
    rows,
    notes: [
      isForgotten
        ? 'Once each. Caches of the server and of the system were empty.'
        : 'Once each. Caches of the server were empty; those of the system could not be emptied here.',
    ],
  }
}
