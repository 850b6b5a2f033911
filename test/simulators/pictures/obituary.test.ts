/** Pictures of obituary notices, and the eye of the Claude stand-in that looks at their pixels. */
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { look, readPicture } from '../../../simulators/claude/eye.ts'
import {
  blocksOf,
  type ImageBlock,
  InvalidRequestError,
  type MessagesRequest,
  parseMessagesRequest,
} from '../../../simulators/claude/protocol.ts'
import { personaSchema } from '../../../simulators/people/persona.ts'
import { NoPhotoError, type PhotoKind, takePhoto } from '../../../simulators/pictures/photos.ts'
import type { Picture } from '../../../simulators/pictures/store.ts'
import { NOW_MS } from '../people/conversation.ts'

const persona = personaSchema.parse({
  name: '김민수',
  facts: { recipient: '고 박영자', destination: '서울대학교병원 장례식장', room: '특2호실' },
})
const NOTICE = [
  '부고',
  expect.stringMatching(/^고인: 고 박영자 \(향년 \d\d세\)$/),
  '빈소: 서울대학교병원 장례식장 특2호실',
  '발인: 11월 23일(월) 오전 8시',
  '상주: 박성훈, 박지은',
]

const take = (kind: PhotoKind) => takePhoto(kind, persona, NOW_MS)
const blockOf = (bytes: Buffer, media_type: string): unknown => ({
  type: 'image',
  source: { type: 'base64', media_type, data: bytes.toString('base64') },
})
const requestOf = (...content: unknown[]) =>
  parseMessagesRequest({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content }] })

const imageOf = (request: MessagesRequest): ImageBlock | undefined =>
  request.messages.flatMap(blocksOf).find((block) => block.type === 'image')

/** Sends a picture to the stand-in; what it reads, line by line. */
async function read({
  bytes,
  contentType,
}: Pick<Picture, 'bytes' | 'contentType'>): Promise<string[] | undefined> {
  const request = requestOf({ type: 'text', text: '이거요' }, blockOf(bytes, contentType))
  await look(request)
  const block = imageOf(request)
  return block === undefined ? undefined : readPicture(block)?.text.split('\n')
}

describe('a notice', () => {
  it('is a picture of a phone page whose facts can be read', async () => {
    const picture = await take('obituary')
    expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 720, height: 1280 })
    expect(picture.bytes.length).toBeLessThan(300_000)
    expect(await read(picture)).toEqual(NOTICE)
  })

  it('can still be read small, turned, as PNG and with a thumb at its edge', async () => {
    const { bytes } = await take('obituary')
    const small = await sharp(bytes).resize({ width: 540 }).jpeg({ quality: 70 }).toBuffer()
    const turned = await sharp(bytes).rotate(7, { background: '#554433' }).png().toBuffer()
    const thumb = await sharp({ create: { width: 200, height: 500, channels: 3, background: '#c99' } })
      .png()
      .toBuffer()
    const held = await sharp(bytes)
      .composite([{ input: thumb, left: 0, top: 0 }])
      .jpeg()
      .toBuffer()
    expect(await read({ bytes: Buffer.from(small), contentType: 'image/jpeg' })).toEqual(NOTICE)
    expect(await read({ bytes: Buffer.from(turned), contentType: 'image/png' })).toEqual(NOTICE)
    expect(await read({ bytes: Buffer.from(held), contentType: 'image/jpeg' })).toEqual(NOTICE)
  })

  it.each(['obituary_blurred', 'obituary_cropped', 'wreath'] as const)('%s gives nothing', async (kind) => {
    expect(await read(await take(kind))).toBeUndefined()
  })

  it('is not in the hands of who knows of no death', async () => {
    const stranger = personaSchema.parse({ name: '정하늘' })
    await expect(takePhoto('obituary', stranger, NOW_MS)).rejects.toThrow(NoPhotoError)
    await expect(takePhoto('obituary', undefined, NOW_MS)).rejects.toThrow(NoPhotoError)
  })
})

describe('a request', () => {
  it('that was not looked at shows nothing', async () => {
    const request = requestOf(blockOf((await take('obituary')).bytes, 'image/jpeg'))
    const block = imageOf(request)
    expect(block === undefined ? undefined : readPicture(block)).toBeNull()
  })

  it('with something that is no picture is refused', async () => {
    await expect(look(requestOf(blockOf(Buffer.from('no picture'), 'image/png')))).rejects.toThrow(
      'Could not process image',
    )
  })

  it.each([
    [
      'another kind of file',
      { type: 'image', source: { type: 'base64', media_type: 'image/tiff', data: 'AAAA' } },
    ],
    ['no base64', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: '!' } }],
    ['an address', { type: 'image', source: { type: 'url', url: 'http://127.0.0.1/a.png' } }],
    ['too much', blockOf(Buffer.alloc(5 * 1024 * 1024 + 3), 'image/png')],
  ])('with %s is refused', (_name, block) => {
    expect(() => requestOf(block)).toThrow(InvalidRequestError)
  })

  it('takes pictures of the user only', async () => {
    const block = blockOf((await take('wreath')).bytes, 'image/png')
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: [block] },
    ]
    expect(() => parseMessagesRequest({ model: 'm', max_tokens: 1, messages })).toThrow(InvalidRequestError)
  })
})
