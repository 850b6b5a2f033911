/** Who has signed in, and the sign-in library's routes: each one that is open is named here. */
import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AUTH_PATH, CLIENT_ADDRESS_HEADER } from '../auth/auth.ts'
import type { ApiEnv } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { parseJson } from '../parse-json.ts'
import { ApiProblem, type ProblemName } from '../problems.ts'
import type { ApiRouter, Method, Permission } from '../routing.ts'
import { colleaguesSchema, meSchema } from '../schemas/people.ts'
import { clientAddress } from '../security.ts'
import { json, problems } from './responses.ts'

const meRoute = createRoute({
  method: 'get',
  path: '/api/me',
  tags: ['People'],
  summary: 'Who has signed in',
  responses: { 200: json(meSchema, 'The person'), ...problems('unauthenticated') },
})

const colleaguesRoute = createRoute({
  method: 'get',
  path: '/api/people',
  tags: ['People'],
  summary: 'Who can sign in: those whom an Issue can be given to',
  responses: { 200: json(colleaguesSchema, 'Everybody, by name'), ...problems('unauthenticated') },
})

/**
 * Routes of the library that are open, and to whom; the library checks sessions once more. What an owner does with other
 * people's accounts has routes of our own (accounts.ts).
 */
const LIBRARY_ROUTES: readonly (readonly [Permission, Method, string])[] = [
  ['public', 'post', '/sign-out'],
  ['public', 'get', '/get-session'],
  ['signed_in', 'post', '/change-password'],
  ['signed_in', 'post', '/update-user'],
  ['signed_in', 'get', '/list-sessions'],
  ['signed_in', 'post', '/revoke-session'],
  ['signed_in', 'post', '/revoke-sessions'],
  ['signed_in', 'post', '/revoke-other-sessions'],
]

const credentialsSchema = z.object({ email: z.string().max(254), password: z.string().max(200) })

/** Adds /api/me and the library's routes. */
export function addPeopleRoutes(router: ApiRouter, { signIn, database }: ApiDependencies): void {
  router.declare('signed_in', meRoute, (c) => {
    const { id, email, name, role, mustChangePassword } = c.get('person')
    return c.json({ id, email, name, role, must_change_password: mustChangePassword }, 200)
  })

  router.declare('signed_in', colleaguesRoute, async (c) => {
    const people = await database
      .selectFrom('auth_users')
      .where((eb) => eb.or([eb('banned', 'is', null), eb('banned', '=', false)]))
      .select(['email', 'name'])
      .orderBy('name')
      .orderBy('email')
      .execute()
    return c.json({ people }, 200)
  })

  router.declarePlain('public', 'post', `${AUTH_PATH}/sign-in/email`, async (c) => {
    const text = await c.req.text()
    const credentials = credentialsSchema.safeParse(parseJson(text))
    if (!credentials.success) {
      const errors = credentials.error.issues.map(({ path, message }) => ({
        path: ['body', ...path.map(String)].join('.'),
        message,
      }))
      throw new ApiProblem('invalid_request', `${errors.length} field(s) are not valid.`, { errors })
    }
    const account = credentials.data.email.trim().toLowerCase()
    const address = clientAddress(c)
    const waitSeconds = await signIn.attempts.begin(account, address)
    if (waitSeconds !== null) {
      throw new ApiProblem('too_many_requests', `Please wait ${waitSeconds} seconds and try again.`, {
        retryAfterSeconds: waitSeconds,
      })
    }
    const response = await askLibrary(c, text)
    await signIn.attempts.succeed(account, address)
    return response
  })

  for (const [permission, method, path] of LIBRARY_ROUTES) {
    router.declarePlain(permission, method, `${AUTH_PATH}${path}`, async (c) =>
      askLibrary(c, method === 'post' ? await c.req.text() : undefined),
    )
  }

  /** Hands the request on with the client's address as we saw it; refusals become problems. */
  async function askLibrary(c: Context<ApiEnv>, body: string | undefined): Promise<Response> {
    const headers = new Headers(c.req.raw.headers)
    headers.set(CLIENT_ADDRESS_HEADER, clientAddress(c))
    headers.delete('content-length')
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    const request = new Request(c.req.url, { method: c.req.method, headers, ...(body ? { body } : {}) })
    const response = await signIn.handle(request)
    if (response.status >= 400) throw await asProblem(response)
    return response
  }
}

const refusalSchema = z.object({ code: z.string().optional(), message: z.string().optional() })

const PROBLEM_OF_STATUS: Readonly<Record<number, ProblemName>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  422: 'invalid_request',
  429: 'too_many_requests',
}

async function asProblem(response: Response): Promise<ApiProblem> {
  const refusal = refusalSchema.safeParse(parseJson(await response.text()))
  const { code, message } = refusal.success ? refusal.data : {}
  const problem = PROBLEM_OF_STATUS[response.status] ?? 'internal_error'
  return new ApiProblem(
    problem,
    message ?? 'This was refused.',
    code === undefined ? {} : { code: code.toLowerCase() },
  )
}
