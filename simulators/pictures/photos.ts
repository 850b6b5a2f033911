/** What people photograph or have on their phones. */
import sharp, { type Sharp } from 'sharp'
import type { Persona } from '../people/persona.ts'
import { wreathPhoto } from '../vendor-erp/delivery-photo.ts'
import { noticeFacts } from './notice-facts.ts'
import { obituaryNotice } from './obituary.ts'
import type { Picture } from './store.ts'

/**
 * `obituary`: the notice of the death the person knows of. `obituary_blurred`, `obituary_cropped`: the same, out
 * of focus or cut off, so that it can't be read. `wreath`: a wreath as it stands in the hall.
 */
export const PHOTO_KINDS = ['obituary', 'obituary_blurred', 'obituary_cropped', 'wreath'] as const
export type PhotoKind = (typeof PHOTO_KINDS)[number]

/** The person has no such picture. */
export class NoPhotoError extends Error {
  readonly retryable = false
}

const JPEG = { quality: 86 } as const
const BLUR_SIGMA = 7
/** Of the notice, from the top: it ends above the facts. */
const CROPPED_SHARE = 0.34

/**
 * @param persona who takes the photo; undefined: somebody of whom nothing is known.
 * @param now milliseconds since 1970.
 * @throws NoPhotoError
 */
export async function takePhoto(
  kind: PhotoKind,
  persona: Persona | undefined,
  now: number,
): Promise<Picture> {
  if (kind === 'wreath')
    return { bytes: wreathPhoto(persona?.name ?? ''), contentType: 'image/png', name: 'IMG_0417.png' }
  const facts = noticeFacts(persona, now)
  if (facts === undefined) throw new NoPhotoError('this person knows of no death: no name, hall or room')
  const notice = sharp(obituaryNotice(facts))
  const bytes = await spoiled(kind, notice).jpeg(JPEG).toBuffer()
  return { bytes: Buffer.from(bytes), contentType: 'image/jpeg', name: 'KakaoTalk_Photo_부고.jpg' }
}

function spoiled(kind: Exclude<PhotoKind, 'wreath'>, notice: Sharp): Sharp {
  switch (kind) {
    case 'obituary':
      return notice
    case 'obituary_blurred':
      return notice.blur(BLUR_SIGMA)
    case 'obituary_cropped':
      return notice.resize({
        width: 720,
        height: Math.round(1280 * CROPPED_SHARE),
        fit: 'cover',
        position: 'top',
      })
  }
}
