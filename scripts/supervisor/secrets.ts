/** Secrets made at the first start and kept in the data folder, for who has not set their own. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

const MAKERS: Readonly<Record<string, () => string>> = {
  DAERI_SECRET: () => randomBytes(32).toString('base64url'),
  DAERI_DATA_KEY: () => randomBytes(32).toString('hex'),
}

/** The kept secrets, made where missing; the file is readable by its owner only. */
export function keptSecrets(dataDir: string): Record<string, string> {
  const file = join(dataDir, 'secrets.env')
  const kept: Record<string, string> = {}
  if (existsSync(file)) {
    for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8'))))
      if (value !== undefined) kept[name] = value
  }
  const missing = Object.keys(MAKERS).filter((name) => kept[name] === undefined)
  for (const name of missing) kept[name] = MAKERS[name]?.() ?? ''
  if (missing.length > 0) {
    const lines = Object.entries(kept).map(([name, value]) => `${name}=${value}`)
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  }
  return kept
}
