/** Pictures in the hands of the outside world: kept as files, known by an id that can't be guessed. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MessagePicture } from '../live-events.ts'
import { RecordFile } from '../record-file.ts'

/** A picture before it is kept. */
export interface Picture {
  readonly bytes: Buffer<ArrayBuffer>
  readonly contentType: 'image/png' | 'image/jpeg'
  readonly name: string
}

export class PictureStore {
  readonly #folder: string
  readonly #pictures: RecordFile<MessagePicture>

  constructor(folder: string) {
    this.#folder = join(folder, 'pictures')
    mkdirSync(this.#folder, { recursive: true })
    this.#pictures = new RecordFile(join(folder, 'pictures.jsonl'))
  }

  keep({ bytes, contentType, name }: Picture): MessagePicture {
    const id = randomUUID()
    writeFileSync(join(this.#folder, id), bytes)
    return this.#pictures.put({ id, content_type: contentType, name })
  }

  /** @returns undefined for an id that was never given out. */
  read(id: string): (MessagePicture & { readonly bytes: Buffer<ArrayBuffer> }) | undefined {
    const picture = this.#pictures.get(id)
    if (picture === undefined) return undefined
    const path = join(this.#folder, picture.id)
    return existsSync(path) ? { ...picture, bytes: readFileSync(path) } : undefined
  }
}
