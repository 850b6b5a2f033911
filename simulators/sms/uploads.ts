/** `POST /storage/v1/files`: pictures that are sent along by MMS, checked as Solapi checks them. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import sharp from 'sharp'
import { z } from 'zod'
import type { MessagePicture } from '../live-events.ts'
import { RecordFile } from '../record-file.ts'
import type { WorldContext } from '../world-part.ts'

const MAX_BYTES = 200_000

const uploadSchema = z.looseObject({
  /** Base64. */
  file: z.base64().min(1),
  type: z.enum(['MMS', 'KAKAO', 'RCS', 'DOCUMENT']),
  name: z.string().optional(),
})

interface Upload {
  /** fileId. */
  readonly id: string
  readonly picture: MessagePicture
}

/** The file is none that could be sent. */
export class UploadRefusedError extends Error {
  readonly retryable = false
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export class Uploads {
  readonly #context: WorldContext
  readonly #uploads: RecordFile<Upload>

  constructor(context: WorldContext) {
    this.#context = context
    this.#uploads = new RecordFile(join(context.folder, 'sms-files.jsonl'))
  }

  /** @throws UploadRefusedError */
  async keep(body: unknown): Promise<object> {
    const parsed = uploadSchema.safeParse(body)
    if (!parsed.success)
      throw new UploadRefusedError('ValidationError', parsed.error.issues[0]?.message ?? 'invalid body')
    const { type, name = 'image.jpg' } = parsed.data
    const bytes = Buffer.from(parsed.data.file, 'base64')
    if (type !== 'MMS')
      throw new UploadRefusedError('ValidationError', 'only files of type MMS are taken here')
    if (bytes.length > MAX_BYTES)
      throw new UploadRefusedError('FileSizeExceeded', '이미지는 200KB까지 올릴 수 있습니다.')
    const format = await sharp(bytes)
      .metadata()
      .then(
        (metadata) => metadata.format,
        () => undefined,
      )
    if (format !== 'jpeg') throw new UploadRefusedError('InvalidFileType', 'JPG 이미지만 올릴 수 있습니다.')
    const picture = this.#context.pictures.keep({ bytes, contentType: 'image/jpeg', name })
    const fileId = `ST01FZ${randomBytes(13).toString('hex')}`
    this.#uploads.put({ id: fileId, picture })
    return {
      fileId,
      type,
      name,
      originalName: name,
      dateCreated: new Date(this.#context.now()).toISOString(),
    }
  }

  get(fileId: string): MessagePicture | undefined {
    return this.#uploads.get(fileId)?.picture
  }
}
