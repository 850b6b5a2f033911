/** Forward-only migrations: every `db/migrations/NNNN_name.sql` once, in order, each in its own transaction. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { Client } from 'pg'

const FOLDER = new URL('./migrations/', import.meta.url)
/** Any constant: processes that start together migrate one after the other. */
const ADVISORY_LOCK = 715_001
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/

/** The database and the migration files disagree about the past; a person must look. */
class MigrationError extends Error {
  readonly retryable = false
}

/**
 * Brings the database to the newest version; safe to call from several processes at once.
 * @returns names of the migrations that were applied now.
 * @throws MigrationError when a migration that was already applied has been changed or removed.
 */
export async function migrateToLatest(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK])
    await client.query(
      'create table if not exists schema_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
    )
    const migrations = await readMigrations()
    const done = await appliedMigrations(client)
    checkHistory(migrations, done)
    const applied: string[] = []
    for (const { name, sql, sha256 } of migrations) {
      if (done.has(name)) continue
      await applyMigration(client, name, sql, sha256)
      applied.push(name)
    }
    return applied
  } finally {
    await client.end()
  }
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => FILE_NAME.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8')
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function appliedMigrations(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migrations',
  )
  return new Map(rows.map((row) => [row.name, row.sha256]))
}

function checkHistory(migrations: readonly Migration[], done: ReadonlyMap<string, string>): void {
  const known = new Map(migrations.map((m) => [m.name, m.sha256]))
  for (const [name, sha256] of done) {
    const now = known.get(name)
    if (now === undefined) throw new MigrationError(`migration ${name} was applied but its file is gone`)
    if (now !== sha256) throw new MigrationError(`migration ${name} was changed after it was applied`)
  }
}

async function applyMigration(client: Client, name: string, sql: string, sha256: string): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`migration ${name} failed`, { cause: error })
  }
}
