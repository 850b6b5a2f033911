/**
 * The eye of the Claude stand-in: it reads what is really in the pixels of a picture. As rules can't read letters,
 * it reads QR codes; what is cut off, blurred or not there gives nothing.
 */
import { createHash } from 'node:crypto'
import jsqr from 'jsqr'
import sharp from 'sharp'
import { blocksOf, type ImageBlock, InvalidRequestError, type MessagesRequest } from './protocol.ts'

/** What a picture says. */
export interface SeenPicture {
  readonly text: string
}

/** Widths at which codes are looked for: as it is, and smaller, where fine noise is gone. */
const WIDTHS = [undefined, 1_000, 640] as const
/** Pictures come again with each turn of their conversation. */
const REMEMBERED = 100

const seenByBytes = new Map<string, SeenPicture | null>()
const seen = new WeakMap<ImageBlock, SeenPicture | null>()

/** Looks at all pictures of a request, so that `readPicture` knows them. @throws InvalidRequestError for what is no picture. */
export async function look(request: MessagesRequest): Promise<void> {
  for (const message of request.messages)
    for (const block of blocksOf(message)) if (block.type === 'image') seen.set(block, await see(block))
}

/** @returns null when there is nothing in it that could be read. */
export function readPicture(block: ImageBlock): SeenPicture | null {
  return seen.get(block) ?? null
}

async function see(block: ImageBlock): Promise<SeenPicture | null> {
  const bytes = Buffer.from(block.source.data, 'base64')
  const key = createHash('sha256').update(bytes).digest('hex')
  const known = seenByBytes.get(key)
  if (known !== undefined) return known
  const picture = await readCode(bytes)
  if (seenByBytes.size >= REMEMBERED) seenByBytes.delete(seenByBytes.keys().next().value ?? '')
  seenByBytes.set(key, picture)
  return picture
}

async function readCode(bytes: Buffer): Promise<SeenPicture | null> {
  for (const width of WIDTHS) {
    const { data, info } = await pixels(bytes, width)
    const code = jsqr.default(new Uint8ClampedArray(data), info.width, info.height)
    if (code !== null && code.data !== '') return { text: code.data }
  }
  return null
}

async function pixels(bytes: Buffer, width: number | undefined) {
  try {
    const image = sharp(bytes).rotate()
    const sized = width === undefined ? image : image.resize({ width, withoutEnlargement: true })
    return await sized.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  } catch {
    throw new InvalidRequestError('Could not process image')
  }
}
