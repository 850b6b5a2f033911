/** Photos of deliveries: fetched from the vendor with limits, taken only when they are pictures. */
import type { IssueCause } from '../domain/issue-cause.ts'
import { PARTIES } from '../domain/parties.ts'
import { download } from './download.ts'

const MAX_BYTES = 15 * 1024 * 1024
const TIMEOUT_MS = 20_000

/** What the vendor serves as a photo is none; retrying will not help. */
class NotAPhotoError extends Error {
  readonly issueCause: IssueCause = { code: 'photo_unusable' }
  readonly retryable = false
}

export interface Photo {
  readonly bytes: Uint8Array
  readonly extension: 'jpg' | 'png' | 'webp'
}

/** Downloads a photo; the first bytes decide what it is, not the header. */
export async function downloadPhoto(url: URL, headers: Readonly<Record<string, string>>): Promise<Photo> {
  const bytes = await download({
    party: PARTIES.vendor_erp,
    url,
    headers,
    maxBytes: MAX_BYTES,
    timeoutMs: TIMEOUT_MS,
  })
  const extension = pictureType(bytes)
  if (extension === null) throw new NotAPhotoError('외주업체의 배송 사진이 그림 파일이 아닙니다.')
  return { bytes, extension }
}

function pictureType(bytes: Uint8Array): Photo['extension'] | null {
  const starts = (...head: number[]) => head.every((byte, i) => bytes[i] === byte)
  if (starts(0xff, 0xd8, 0xff)) return 'jpg'
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'png'
  if (starts(0x52, 0x49, 0x46, 0x46) && Buffer.from(bytes.subarray(8, 12)).toString() === 'WEBP')
    return 'webp'
  return null
}
