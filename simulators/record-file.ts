/** Records that survive a restart: one JSON line per change, the last line of an id is its state. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Lines per record above which the file is written anew at opening. */
const COMPACT_RATIO = 4

/** Kept in memory, appended to the file at each change. One process writes a file. */
export class RecordFile<T extends { readonly id: string }> {
  readonly #path: string
  readonly #records = new Map<string, T>()

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    if (!existsSync(path)) return
    const content = readFileSync(path, 'utf8')
    const lines = content.split('\n').filter((line) => line !== '')
    for (const line of lines) this.#load(line)
    // A line cut short by a crash must not swallow the next one, so such a file is written anew as well.
    if (lines.length > this.#records.size * COMPACT_RATIO || (content !== '' && !content.endsWith('\n')))
      this.#compact()
  }

  get(id: string): T | undefined {
    return this.#records.get(id)
  }

  /** In the order of first appearance. */
  all(): T[] {
    return [...this.#records.values()]
  }

  find(matches: (record: T) => boolean): T | undefined {
    return this.all().find(matches)
  }

  put(record: T): T {
    this.#records.set(record.id, record)
    appendFileSync(this.#path, `${JSON.stringify(record)}\n`)
    return record
  }

  #load(line: string): void {
    try {
      const record = JSON.parse(line) as T
      this.#records.set(record.id, record)
    } catch {
      // A crash cut the last line short: the change it carried was never answered for.
    }
  }

  #compact(): void {
    const text = this.all()
      .map((record) => `${JSON.stringify(record)}\n`)
      .join('')
    writeFileSync(`${this.#path}.new`, text)
    renameSync(`${this.#path}.new`, this.#path)
  }
}
