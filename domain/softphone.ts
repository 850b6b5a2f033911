/**
 * Who phones from the browser: names and passwords that last for some hours, made by the API and recognised by the gateways
 * without asking anybody. Name and password rest on DAERI_SECRET alone, so nothing is stored.
 */
import { createHmac } from 'node:crypto'

/** A phone that stays open over night asks again by itself. */
export const SOFTPHONE_LIFETIME_SECONDS = 4 * 3_600

const USERNAME = /^web-(\d{1,9})-(\d{1,12})$/

export interface SoftphoneUser {
  readonly username: string
  readonly password: string
  /** The number that rings it. */
  readonly extension: string
}

/** @param expiresAt Unix seconds. */
export function makeSoftphoneUser(secret: string, extension: string, expiresAt: number): SoftphoneUser {
  const username = `web-${extension}-${Math.floor(expiresAt)}`
  return { username, password: passwordOf(secret, username), extension }
}

/** null for a name that is not of this kind, or whose time is over. @param now Unix seconds. */
export function findSoftphoneUser(secret: string, username: string, now: number): SoftphoneUser | null {
  const [, extension, expiresAt] = USERNAME.exec(username) ?? []
  if (extension === undefined || expiresAt === undefined || Number(expiresAt) <= now) return null
  return { username, password: passwordOf(secret, username), extension }
}

const passwordOf = (secret: string, username: string): string =>
  createHmac('sha256', secret).update(`softphone ${username}`).digest('base64url')
