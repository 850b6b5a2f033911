/** Photos of deliveries: fetched from the vendor with limits, taken only when they are pictures. */
import { PARTIES } from '../domain/parties.ts'
import { PartyError, unreachable } from './http.ts'

const MAX_BYTES = 15 * 1024 * 1024
const TIMEOUT_MS = 20_000

/** What the vendor serves as a photo is none; retrying will not help. */
class NotAPhotoError extends Error {
  readonly retryable = false
}

export interface Photo {
  readonly bytes: Uint8Array
  readonly extension: 'jpg' | 'png' | 'webp'
}

/** Downloads a photo; the first bytes decide what it is, not the header. */
export async function downloadPhoto(url: URL, headers: Readonly<Record<string, string>>): Promise<Photo> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new NotAPhotoError(`a photo can't be fetched by ${url.protocol}`)
  }
  const bytes = await download(url, headers)
  const extension = pictureType(bytes)
  if (extension === null) throw new NotAPhotoError('외주업체의 배송 사진이 그림 파일이 아닙니다.')
  return { bytes, extension }
}

async function download(url: URL, headers: Readonly<Record<string, string>>): Promise<Uint8Array> {
  let response: Response
  try {
    response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (error) {
    throw unreachable(PARTIES.vendor_erp, error)
  }
  if (!response.ok) {
    await response.body?.cancel()
    throw new PartyError(
      PARTIES.vendor_erp,
      response.status,
      `HTTP_${response.status}`,
      `배송 사진을 받을 수 없습니다 (HTTP ${response.status}).`,
    )
  }
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > MAX_BYTES) throw new NotAPhotoError('외주업체의 배송 사진이 15 MB보다 큽니다.')
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof NotAPhotoError ? error : unreachable(PARTIES.vendor_erp, error)
  }
  return Buffer.concat(chunks)
}

function pictureType(bytes: Uint8Array): Photo['extension'] | null {
  const starts = (...head: number[]) => head.every((byte, i) => bytes[i] === byte)
  if (starts(0xff, 0xd8, 0xff)) return 'jpg'
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'png'
  if (starts(0x52, 0x49, 0x46, 0x46) && Buffer.from(bytes.subarray(8, 12)).toString() === 'WEBP')
    return 'webp'
  return null
}
