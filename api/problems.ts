/** Errors as the API tells them: problem details (RFC 9457), with a code for programs and a sentence for people. */
import { type Hook, z } from '@hono/zod-openapi'
import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import type { ApiEnv } from './context.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** Every code the API itself uses; refusals of a ticket bring their own. */
export const PROBLEMS = {
  malformed_request: { status: 400, title: 'The request can not be read' },
  unauthenticated: { status: 401, title: 'Sign-in is needed' },
  forbidden: { status: 403, title: 'Not allowed' },
  wrong_origin: { status: 403, title: 'Asked from a foreign page' },
  bad_signature: { status: 401, title: 'The signature does not match' },
  not_found: { status: 404, title: 'There is no such thing' },
  refused: { status: 409, title: 'Not possible now' },
  too_large: { status: 413, title: 'The request is too large' },
  range_not_satisfiable: { status: 416, title: 'The range lies outside' },
  invalid_request: { status: 422, title: 'Some fields are not valid' },
  too_many_requests: { status: 429, title: 'Too many attempts' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  outbound_disabled: { status: 503, title: 'No calls are placed here' },
  no_route: { status: 503, title: 'No way leads to this number' },
  workflow_engine_unavailable: { status: 503, title: 'The order can not be reached just now' },
  database_unavailable: { status: 503, title: 'The database can not be reached just now' },
} as const
export type ProblemName = keyof typeof PROBLEMS

/** A wrong field: `path` in dots from the part of the request, e.g. "body.fields.phone". */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

interface ProblemExtras {
  /** More precise than the name of the problem, e.g. the code of a refusal. */
  readonly code?: string
  readonly errors?: readonly FieldProblem[]
  readonly retryAfterSeconds?: number
}

/** Thrown anywhere in a route; becomes the answer. */
export class ApiProblem extends Error {
  readonly problem: ProblemName
  readonly extras: ProblemExtras
  readonly retryable: boolean
  constructor(problem: ProblemName, detail: string, extras: ProblemExtras = {}) {
    super(detail)
    this.name = 'ApiProblem'
    this.problem = problem
    this.extras = extras
    this.retryable = extras.retryAfterSeconds !== undefined
  }
}

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    /** For programs. */
    code: z.string(),
    /** A sentence for people. */
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    retry_after_seconds: z.number().int().optional(),
    /** Code and sentence once more, for clients that expect them here. */
    error: z.object({ code: z.string(), message: z.string() }),
  })
  .openapi('Problem')

/** The answer that tells a problem. */
export function problemResponse(error: ApiProblem): Response {
  const { status, title } = PROBLEMS[error.problem]
  const { code = error.problem, errors, retryAfterSeconds } = error.extras
  const body: z.infer<typeof problemSchema> = {
    type: `/api/docs#${error.problem}`,
    title,
    status,
    code,
    detail: error.message,
    error: { code, message: error.message },
    ...(errors ? { errors: [...errors] } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: retryAfterSeconds }),
  }
  const headers = new Headers({ 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' })
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
  return new Response(JSON.stringify(body), { status, headers })
}

/** Answers to `app.onError`: our own problems as they are, everything unknown as 500 without its inside. */
export function createErrorHandler(logger: Logger): ErrorHandler<ApiEnv> {
  return function answerError(error, context) {
    if (error instanceof ApiProblem) return problemResponse(error)
    if (error instanceof HTTPException && error.status < 500) {
      const problem = error.status === 413 ? 'too_large' : 'malformed_request'
      return problemResponse(new ApiProblem(problem, error.message || PROBLEMS[problem].title))
    }
    if (isDatabaseAway(error)) {
      logger.warn({ err: error }, 'database out of reach')
      return problemResponse(
        new ApiProblem('database_unavailable', 'Try again in a moment.', { retryAfterSeconds: 2 }),
      )
    }
    logger.error({ err: error, method: context.req.method, path: context.req.path }, 'request failed')
    return problemResponse(new ApiProblem('internal_error', 'It was logged; please try again.'))
  }
}

/** Answer of every route to a request that does not fit its schema. */
export const invalidRequestHook: Hook<unknown, ApiEnv, string, Response | undefined> = (result) => {
  if (result.success) return undefined
  const errors = result.error.issues.map((issue) => ({
    path: [result.target === 'json' ? 'body' : result.target, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }))
  return problemResponse(
    new ApiProblem('invalid_request', `${errors.length} field(s) are not valid.`, { errors }),
  )
}

const CONNECTION_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE'])
/** SQLSTATE class 08 (connection), 57P01-57P03 (server going down or coming up), 53300 (too many connections). */
const DATABASE_STATES = /^(08|57P0|53300)/

function isDatabaseAway(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return CONNECTION_ERRORS.has(code) || DATABASE_STATES.test(code)
}
