/** What people photograph or have on their phones. */
import type { Persona } from '../people/persona.ts'
import { wreathPhoto } from '../vendor-erp/delivery-photo.ts'
import type { Picture } from './store.ts'

/** `wreath`: a wreath as it stands in the hall, with nothing on it that can be read. */
export const PHOTO_KINDS = ['wreath'] as const
export type PhotoKind = (typeof PHOTO_KINDS)[number]

/** @param persona who takes the photo; undefined: somebody of whom nothing is known. */
export function takePhoto(kind: PhotoKind, persona: Persona | undefined): Picture {
  switch (kind) {
    case 'wreath':
      return { bytes: wreathPhoto(persona?.name ?? ''), contentType: 'image/png', name: 'IMG_0417.png' }
  }
}
