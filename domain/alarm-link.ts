/**
 * The link in the owner's alarm text: who holds it may say that the Issues of that text have been seen, and
 * nothing else. Uses node:crypto: not for workflow code.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

const ISSUE_ID = /^\d{6}-[2-9A-HJ-NP-Z]{4}-I\d{1,4}$/
/** 96 bits: beyond guessing, short enough for a text message. */
const SIGNATURE_BYTES = 12

const sign = (issueId: string, secret: string): string =>
  createHmac('sha256', secret)
    .update(`daeri link alarm ${issueId}`)
    .digest()
    .subarray(0, SIGNATURE_BYTES)
    .toString('base64url')

/** @param issueId the Issue whose alarm sent the text; the others of the text are found by it. */
export const alarmLink = (publicUrl: string, issueId: string, secret: string): string =>
  `${publicUrl.replace(/\/$/, '')}/alarm/${issueId}.${sign(issueId, secret)}`

/** The Issue a token is for; null when it was not made by us. */
export function readAlarmToken(token: string, secret: string): string | null {
  const [issueId = '', given = ''] = token.split('.', 2)
  if (!ISSUE_ID.test(issueId)) return null
  const [expected, actual] = [Buffer.from(sign(issueId, secret)), Buffer.from(given)]
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? issueId : null
}
