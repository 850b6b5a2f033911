/** Delivery photos as a carrier takes them into an MMS: JPEG, at most 200 KB, at most 1500 x 1440 pixels. */
import sharp from 'sharp'
import type { IssueCause } from '../domain/issue-cause.ts'

const MAX_BYTES = 200_000
const MAX_WIDTH = 1_500
const MAX_HEIGHT = 1_440

/** Tried in turn until the picture is small enough: what a phone shows well comes first. */
const ATTEMPTS = [
  { scale: 1, quality: 85 },
  { scale: 1, quality: 70 },
  { scale: 0.75, quality: 70 },
  { scale: 0.5, quality: 65 },
  { scale: 0.35, quality: 55 },
  { scale: 0.2, quality: 50 },
] as const

/** The photo is no picture, or none that a carrier takes; retrying will not help. */
export class PictureError extends Error {
  readonly retryable = false
  readonly issueCause: IssueCause = { code: 'photo_unusable' }
}

/** Upright as it was taken, on white where it was see-through, and without what the camera noted of the place. */
export async function mmsPicture(photo: Uint8Array): Promise<Buffer> {
  for (const { scale, quality } of ATTEMPTS) {
    const jpeg = await render(photo, scale, quality)
    if (jpeg.byteLength <= MAX_BYTES) return jpeg
  }
  throw new PictureError('배송 사진을 MMS 크기로 줄일 수 없습니다.')
}

async function render(photo: Uint8Array, scale: number, quality: number): Promise<Buffer> {
  try {
    return await sharp(photo)
      .rotate()
      .flatten({ background: 'white' })
      .resize({
        width: Math.round(MAX_WIDTH * scale),
        height: Math.round(MAX_HEIGHT * scale),
        fit: 'inside',
        withoutEnlargement: true,
      })
      .jpeg({ quality })
      .toBuffer()
  } catch (error) {
    throw new PictureError('배송 사진을 읽을 수 없습니다.', { cause: error })
  }
}
