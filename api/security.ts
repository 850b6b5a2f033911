/** What every answer carries, and the refusal of requests that a foreign page made the browser send. */
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { CAMPAIGN_LIMITS } from '../domain/campaign.ts'
import type { ApiEnv } from './context.ts'
import { ApiProblem } from './problems.ts'

/** Policy of the app and of our own pages. Styles may be inline: the component library writes them. */
export function contentSecurityPolicy(scriptHashes: readonly string[] = []): string {
  return [
    "default-src 'self'",
    `script-src 'self'${scriptHashes.map((hash) => ` 'sha256-${hash}'`).join('')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The page's own inline scripts (e.g. one that sets the colour scheme before the first paint) may run. */
export function inlineScriptHashes(page: string): string[] {
  return [...page.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, script = '']) =>
    createHash('sha256').update(script).digest('base64'),
  )
}

/** Headers of every answer; a route may set policies of its own. */
export function createSecurityHeaders(publicUrl: string): MiddlewareHandler<ApiEnv>[] {
  const policy = contentSecurityPolicy()
  return [
    secureHeaders({
      xFrameOptions: 'DENY',
      referrerPolicy: false,
      strictTransportSecurity: publicUrl.startsWith('https:') ? 'max-age=31536000' : false,
      permissionsPolicy: { camera: [], geolocation: [], payment: [] },
    }),
    async function addPolicies(context, next) {
      await next()
      const { headers } = context.res
      if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy)
      if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'same-origin')
    },
  ]
}

/** More than any form or webhook has; the codec's batches of payloads set their own limit. */
const MAX_BODY_BYTES = 1024 * 1024
const limitBody = bodyLimit({ maxSize: MAX_BODY_BYTES })
/** Lists of people are longer. */
const LIST_PATH =
  /^\/api\/(campaigns\/[^/]+\/rows(\/errors)?|(do-not-call|call-consents)\/import(\/errors)?)$/
const limitList = bodyLimit({ maxSize: CAMPAIGN_LIMITS.fileBytes })

/** Refuses bodies that nobody in good faith sends, before anything reads them. */
export const limitBodies: MiddlewareHandler<ApiEnv> = (context, next) => {
  const { path } = context.req
  if (path.startsWith('/codec/')) return next()
  return LIST_PATH.test(path) ? limitList(context, next) : limitBody(context, next)
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses what changes something, and WebSockets, when a browser says that a page of another origin asks.
 * Programs send no Origin and carry no cookie by accident, so they pass.
 * @param allowed further origins for some paths, e.g. Temporal's Web UI for the codec.
 */
export function createOriginCheck(
  publicUrl: string,
  allowed: (path: string) => readonly string[],
): MiddlewareHandler<ApiEnv> {
  const home = new URL(publicUrl).origin
  return async function checkOrigin(context, next) {
    const opensSocket = context.req.header('upgrade') !== undefined
    const origin = context.req.header('origin')
    if ((opensSocket || !SAFE_METHODS.has(context.req.method)) && origin !== undefined) {
      const host = context.req.header('host')
      const same = origin === home || (host !== undefined && hostOf(origin) === host)
      if (!same && !allowed(context.req.path).includes(origin)) {
        throw new ApiProblem('wrong_origin', 'This page may not ask for that.')
      }
    }
    await next()
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

/**
 * Address of the client. X-Forwarded-For counts only when the one who connected is on this machine or in a
 * private network, that is a proxy of ours, and then only its last entry, which that proxy wrote.
 */
export function clientAddress(context: Context<ApiEnv>): string {
  const peer = context.env?.incoming?.socket.remoteAddress ?? '127.0.0.1'
  const forwarded = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  return forwarded !== undefined && isIP(forwarded) !== 0 && isPrivate(peer) ? forwarded : peer
}

/** True for a program on this machine or in its private network that came straight to us. */
export const comesFromInside = (context: Context<ApiEnv>): boolean =>
  context.req.header('x-forwarded-for') === undefined && isPrivate(clientAddress(context))

function isPrivate(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/i.test(plain)
}
