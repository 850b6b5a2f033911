/** Pictures that customers send. */
import type { AttachmentId } from './ids.ts'

/** A picture as the thread knows it. */
export interface ChatPhoto {
  readonly attachmentId: AttachmentId
  /** Our copy; null when there is none, for `problem`. */
  readonly fileKey: string | null
  readonly problem: PhotoProblem | null
}
export type PhotoProblem = 'too_large' | 'not_a_picture' | 'unreachable'
