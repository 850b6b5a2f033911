/**
 * Temporal's Web UI of the development server, for the owner. It knows no sign-in, so it listens on loopback only
 * and is reached through here; being on our origin, it sends the session along when it asks the codec to open
 * payloads. Whoever opens it past us reads ciphertext.
 */
import type { Context, MiddlewareHandler } from 'hono'
import { proxy } from 'hono/proxy'
import { TEMPORAL_UI_PATH } from '../../config/settings.ts'
import type { ApiEnv } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import { contentSecurityPolicy, inlineScriptHashes } from '../security.ts'

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
/** What the Web UI needs of a request. Our session is not its business. */
const PASSED_ON = [
  'accept',
  'content-type',
  'x-csrf-token',
  'caller-type',
  'if-none-match',
  'if-modified-since',
]
/** The Web UI's own cookie, against forged requests. */
const CSRF_COOKIE = '_csrf'
/**
 * Page with the Markdown of a workflow's current details, shown in a frame. Web UI 2.42 forgets its public path
 * when it asks for it, and looks for it below that path twice when it answers.
 */
const MARKDOWN_PATHS = [`${TEMPORAL_UI_PATH}/render`, '/render']
/** Below it file names change with their content. */
const ASSETS = `${TEMPORAL_UI_PATH}/_app/immutable/`

/** Adds the Web UI, when it is the one that we started. */
export function addTemporalUi(router: ApiRouter, { settings }: ApiDependencies): void {
  const { uiUpstream } = settings.temporal
  if (uiUpstream === undefined) return
  for (const path of MARKDOWN_PATHS) {
    router.declarePlain('admin', 'get', path, async (c) => {
      const { search } = new URL(c.req.url)
      const ask = (prefix: string) => passOn(c, `${uiUpstream}${prefix}/render${search}`)
      const answer = await ask(TEMPORAL_UI_PATH)
      // The Web UI answers an address it does not know with its app, which has no policy.
      if (answer.headers.has('content-security-policy')) return answer
      return withPolicy(await ask(TEMPORAL_UI_PATH + TEMPORAL_UI_PATH))
    })
  }
  for (const method of METHODS) {
    router.declarePlain('admin', method, `${TEMPORAL_UI_PATH}/*`, async (c) => {
      const { pathname, search } = new URL(c.req.url)
      const answer = await passOn(c, `${uiUpstream}${pathname}${search}`)
      if (pathname.startsWith(ASSETS) && answer.ok) {
        answer.headers.set('cache-control', 'private, max-age=31536000, immutable')
      }
      return withPolicy(answer)
    })
  }
}

function passOn(c: Context<ApiEnv>, url: string): Promise<Response> {
  const { method, body, signal } = c.req.raw
  return proxy(url, {
    method,
    headers: passedOn(c),
    redirect: 'manual',
    signal,
    ...(body === null ? {} : { body, duplex: 'half' }),
  }).catch(() => {
    throw new ApiProblem('workflow_engine_unavailable', 'The Web UI of Temporal does not answer.')
  })
}

/**
 * A page gets our policy, with its own inline script: it runs on our origin. What the Web UI gives a policy
 * itself (the frame in which it shows Markdown, scriptless) keeps that one; its frame-ancestors count, not our
 * X-Frame-Options.
 */
async function withPolicy(answer: Response): Promise<Response> {
  const { headers } = answer
  const isPage = headers.get('content-type')?.startsWith('text/html') === true
  if (!isPage || headers.has('content-security-policy')) return answer
  const page = await answer.text()
  headers.delete('content-length')
  headers.set('content-security-policy', contentSecurityPolicy(inlineScriptHashes(page)))
  return new Response(page, { status: answer.status, headers })
}

function passedOn(c: Context<ApiEnv>): Headers {
  const headers = new Headers()
  for (const name of PASSED_ON) {
    const value = c.req.header(name)
    if (value !== undefined) headers.set(name, value)
  }
  const csrf = c.req
    .header('cookie')
    ?.split('; ')
    .find((cookie) => cookie.startsWith(`${CSRF_COOKIE}=`))
  if (csrf !== undefined) headers.set('cookie', csrf)
  return headers
}

/** A link into the Web UI, opened by somebody who is not signed in, leads there by way of the sign-in page. */
export const sendToSignIn: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next()
  const { pathname, search } = new URL(c.req.url)
  const opensPage = c.req.method === 'GET' && c.req.header('accept')?.includes('text/html') === true
  if (c.res.status === 401 && opensPage && pathname.startsWith(`${TEMPORAL_UI_PATH}/`)) {
    c.res = c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`)
  }
}
